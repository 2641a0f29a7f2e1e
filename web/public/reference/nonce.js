// Gives each style element that Scalar's bundle makes the nonce of the page, which the page's policy asks for. The
// bundle does so itself for the largest of its style elements alone.
const nonce = document.querySelector('meta[property=csp-nonce]').content

document.createElement = function createWithNonce(...args) {
  const element = Document.prototype.createElement.apply(this, args)
  if (element instanceof HTMLStyleElement) element.nonce = nonce
  return element
}
