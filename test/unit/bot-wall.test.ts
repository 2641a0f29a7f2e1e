import { expect, it } from 'vitest'

import { botWall } from '../../src/pipelines/ingestion/bot-wall.ts'

const OUTAGE = `<html><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>
<script src="/_Incapsula_Resource?SWJIYLWA=1"></script><script>window._pxAppId='PX1'</script>Down for maintenance</html>`

type Site = readonly [status: number, text: string, headers: Readonly<Record<string, string>>]

function answer([status, text, headers]: Site) {
  const body = new TextEncoder().encode(text)
  return { status, url: 'https://jobs.acme.test/list', headers: new Headers(headers), body }
}

it.each([
  ['Cloudflare, by its header', [403, '', { 'cf-mitigated': 'challenge' }]],
  ['Cloudflare, by its page', [503, '<script>window._cf_chl_opt={}</script>', {}]],
  ['AWS WAF', [202, '', { 'x-amzn-waf-action': 'challenge' }]],
  ['AWS WAF with a puzzle', [405, '', { 'x-amzn-waf-action': 'captcha' }]],
  ['Vercel', [429, '', { 'x-vercel-mitigated': 'challenge' }]],
  ['DataDome', [403, '{"url":"https://geo.captcha-delivery.com/captcha/"}', {}]],
  ['HUMAN', [403, '<div id="px-captcha"></div>', {}]],
  ['Imperva, with a 200', [200, 'Request unsuccessful. Incapsula incident ID: 8-1', {}]],
  ['Kasada', [429, '<script>window.KPSDK={}</script>', {}]],
  ['Akamai', [403, '<div id="sec-if-cpt-container">', {}]],
  ['Sucuri', [403, 'Access Denied - Sucuri Website Firewall', {}]],
] satisfies [string, Site][])('tells a wall of %s', (_, site) => {
  expect(botWall(answer(site))).toEqual({
    code: 'bot_wall',
    message: `This site does not want to be read by programs: jobs.acme.test has visitors prove that they are people (${site[0]}).`,
  })
})

it.each([
  ['an outage behind such a service', [503, OUTAGE, { 'x-datadome': 'protected' }]],
  ['a plain refusal', [403, 'Forbidden', {}]],
  ['a page about walls', [200, `DataDome's captcha-delivery.com${' words'.repeat(1_000)}`, {}]],
  ['a page with a form that asks for a proof', [200, '<div class="g-recaptcha"></div>', {}]],
  ['a page that is gone', [404, '<script>window._cf_chl_opt={}</script>', {}]],
] satisfies [string, Site][])('takes %s for none', (_, site) => {
  expect(botWall(answer(site))).toBeUndefined()
})
