/** Shown while the code of a page is loaded. */
export function Pending() {
  return (
    <main className="page" aria-busy="true">
      <p className="text-muted">Loading…</p>
    </main>
  )
}
