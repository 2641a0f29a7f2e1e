type Attached = readonly [name: string, content: string | Uint8Array, headers?: readonly string[]]

/** A message in MIME with attached files, each in base64. */
export function mailWith(subject: string, ...attached: readonly Attached[]) {
  const parts = attached.map(
    ([name, content, headers = [`Content-Disposition: attachment; filename="${name}"`]]) =>
      [...headers, 'Content-Transfer-Encoding: base64', '', base64(content)].join('\r\n'),
  )
  const body = ['Content-Type: text/plain; charset=utf-8\r\n\r\nSee what is attached.', ...parts]
  return new Uint8Array(
    new TextEncoder().encode(
      [
        'From: Ada <ada@harbour.test>',
        'To: max@port.test',
        'Date: Sun, 31 Mar 2024 10:00:00 +0200',
        `Subject: ${subject}`,
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=between',
        '',
        ...body.map((part) => `--between\r\n${part}`),
        '--between--',
        '',
      ].join('\r\n'),
    ),
  )
}

function base64(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
}
