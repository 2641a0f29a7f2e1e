import { z } from 'zod'

/** A whole client in a page, written with the knowledge of only three events. */
export const PLAIN = `<!doctype html><title>plain</title><script>
  const picture = { status: '', jobs: {}, updates: 0 }
  function watch(run_id, token) {
    const source = new EventSource('/api/runs/' + run_id + '/stream?token=' + token)
    source.addEventListener('status', ({ data }) => {
      picture.status = data
      if (['finished', 'error', 'aborted'].includes(data)) source.close()
    })
    source.addEventListener('all_jobs', ({ data }) => {
      picture.jobs = {}
      for (const [group, jobs] of Object.entries(JSON.parse(data)))
        for (const job of jobs) picture.jobs[group + ' ' + job.external_id] = job.status
    })
    source.addEventListener('update', ({ data }) => {
      picture.updates++
      for (const [group, jobs] of Object.entries(JSON.parse(data)))
        for (const id in jobs) picture.jobs[group + ' ' + id] = jobs[id]
    })
  }
</script>`

/** The state that the page shows. */
export const Picture = z.object({
  status: z.string(),
  jobs: z.record(z.string(), z.string()),
  updates: z.number(),
})
