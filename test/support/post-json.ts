/** Posts a body, and returns the parsed answer. Throws if the answer is a refusal. */
export async function postJson(address: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
  return response.json()
}
