import { createElement, Fragment, type ReactNode } from 'react'

/** The tags of a description, each with the tag that shows it. */
const TAGS: Readonly<Record<string, string>> = {
  P: 'p',
  DIV: 'div',
  UL: 'ul',
  OL: 'ol',
  LI: 'li',
  B: 'strong',
  STRONG: 'strong',
  I: 'em',
  EM: 'em',
  BR: 'br',
  BLOCKQUOTE: 'blockquote',
}

/** Shows a description by the few tags that it needs. Other tags show their text alone, and no attribute is kept. */
export function MarkedUp({ html }: { html: string }) {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  return <div className="prose-posting">{childrenOf(body)}</div>
}

function childrenOf(node: Node): ReactNode[] {
  return [...node.childNodes].map((child, at) => createElement(Fragment, { key: at }, shown(child)))
}

function shown(node: Node): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent
  if (!(node instanceof Element)) return null
  if (node.tagName === 'SCRIPT' || node.tagName === 'STYLE') return null
  if (node.tagName === 'A') return linkOf(node)
  // Nobody knows at which level a description's headings begin, so they are bold lines among the page's own.
  if (/^H[1-6]$/.test(node.tagName))
    return createElement('p', { className: 'font-bold' }, ...childrenOf(node))
  const tag = TAGS[node.tagName]
  if (tag === undefined) return childrenOf(node)
  return tag === 'br' ? createElement('br') : createElement(tag, {}, ...childrenOf(node))
}

function linkOf(node: Element): ReactNode {
  const href = node.getAttribute('href') ?? ''
  if (!/^https?:\/\//.test(href)) return childrenOf(node)
  return (
    <a href={href} target="_blank" rel="noreferrer nofollow" className="text-accent underline">
      {childrenOf(node)}
    </a>
  )
}
