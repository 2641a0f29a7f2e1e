import type { WebhookWithSecret } from '../../src/protocol/webhook.ts'
import { CopyButton } from '../parts/copy-button.tsx'

type ShownSecretProps = { webhook: WebhookWithSecret; onDone: () => void }

/** The secret of an endpoint, which nothing shows again. */
export function ShownSecret({ webhook: { url, secret }, onDone }: ShownSecretProps) {
  return (
    <output className="panel block space-y-3 border-accent p-5">
      <p className="wrap-anywhere">
        The secret for <span className="font-semibold">{url}</span>. Copy it now: nothing shows it
        again. The endpoint verifies with the secret that a notice comes from here.
      </p>
      <p className="flex flex-wrap items-center gap-3">
        <code className="min-w-0 rounded-sm bg-sunken px-2 py-1 wrap-anywhere">{secret}</code>
        <CopyButton text={secret}>Copy the secret</CopyButton>
        <button type="button" className="button button-quiet text-sm" onClick={onDone}>
          I have it
        </button>
      </p>
    </output>
  )
}
