import { bend } from './board-view.ts'
import { xmlBody } from './body.ts'
import { escapeHtml } from './html.ts'
import type { SamplePlatform } from './listing-route.ts'
import { jobsOf, type SampleJob } from './sample-job.ts'

/** Personio's XML feed. The board's own host is a folder here. */
export const personio: SamplePlatform = {
  source: ({ board, origin }) => ({
    type: 'personio',
    board,
    base_url: `${origin}/personio/${board}`,
  }),
  listing: (board) => `/personio/${board}/xml`,
  routes: [
    {
      path: /^\/personio\/([^/]+)\/xml$/,
      body: (view) => {
        if (view.fault === 'wrong-shape') return xmlBody('<error><message>No</message></error>')
        if (view.fault === 'empty-list') return xmlBody('<jobs></jobs>')
        const positions = bend(view.fault, jobsOf(view).map(position), ODD_POSITIONS)
        return xmlBody(
          `<?xml version="1.0"?>\n<workzag-jobs>${positions.join('\n')}</workzag-jobs>`,
        )
      },
    },
  ],
}

/** A position. Every fourth one has two offices. Its texts are CDATA. */
function position(job: SampleJob): string {
  const more = job.number % 4 === 0 ? '<office>Lisbon, Portugal</office>' : ''
  return `<position><id>${job.id}</id><name>${escapeHtml(job.title)}</name>
<office>${escapeHtml(job.place)}</office><additionalOffices>${more}</additionalOffices>
<department>${escapeHtml(job.department)}</department>
<employmentType>permanent</employmentType><schedule>full-time</schedule>
<jobDescriptions><jobDescription><name>Your job</name><value><![CDATA[${job.html}]]></value></jobDescription>
</jobDescriptions><createdAt>${job.published.replace('.000Z', '+00:00')}</createdAt></position>`
}

const ODD_POSITIONS = ['<position><name>Without an id</name></position>', '<position/>']
