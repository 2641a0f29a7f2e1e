/** Keeps Scalar's reference from calling other origins than ours: no fonts, no proxy, no telemetry. */
const CONFIGURATION = {
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: 'never',
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
}

/**
 * Makes the page that shows the OpenAPI document, with Scalar's bundle from our own assets. The bundle adds
 * style elements, which the nonce of this answer allows. `connect-src` keeps every request of the page within
 * our origin, also those that a reader tries out.
 */
export function docsPage(nonce: string): Response {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy.join('; '),
  }
  return new Response(html(nonce), { headers })
}

function html(nonce: string): string {
  const configuration = JSON.stringify(CONFIGURATION).replaceAll('"', '&quot;')
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta property="csp-nonce" content="${nonce}" />
    <title>Runcast API</title>
  </head>
  <body>
    <noscript>This page needs JavaScript. The same document is at /api/openapi.json.</noscript>
    <script id="api-reference" type="application/json" data-url="/api/openapi.json" data-configuration="${configuration}"></script>
    <script src="/reference/nonce.js"></script>
    <script src="/reference/scalar.js"></script>
  </body>
</html>
`
}
