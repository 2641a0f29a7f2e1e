import { columns, decimal } from '../columns.ts'
import { describeMachine, load, showMachine } from '../machine.ts'
import { DAY_MS, main } from '../main.ts'
import { slope } from '../statistics.ts'
import { readOptions } from './options.ts'

/** The rise of the heap's least-squares line. The samples are equally far apart. */
function riseOf(heap_mb: readonly number[], seconds: number): number {
  return heap_mb.length < 2 ? 0 : (slope(heap_mb) * heap_mb.length * 60) / seconds
}

await main({
  readOptions,
  limit_ms: DAY_MS,
  async run(workplace, options) {
    const before = load()
    // The options are read before the browser and the stack are imported, so that a wrong one is reported at once.
    const { measurePage } = await import('./measure.ts')
    const figures = await measurePage(workplace, options)
    const machine = describeMachine(before)
    if (options.json) return console.log(JSON.stringify({ machine, options, figures }, null, 2))
    const { heap_mb } = figures
    const [first = NaN] = heap_mb
    const rows: readonly (readonly [string, string])[] = [
      ['first live frame after a step within the page, ms', decimal(figures.within_ms)],
      ['… after a reload, ms', decimal(figures.loaded_ms)],
      [
        'interaction to next paint, p95 of those over 16 ms, ms',
        decimal(figures.interaction_p95_ms),
      ],
      ['… how many these were', decimal(figures.interactions)],
      ['longest task, ms', decimal(figures.longest_task_ms)],
      ['… tasks over 100 ms', decimal(figures.tasks_over_100)],
      ['elements of the document, at most', decimal(figures.elements)],
      [
        'heap at first and at last, MB',
        `${decimal(first, 1)}, ${decimal(heap_mb.at(-1) ?? NaN, 1)}`,
      ],
      ['… its rise, MB a minute', decimal(riseOf(heap_mb, options.seconds), 2)],
      ['frame while scrolling, p95, ms', decimal(figures.scroll_p95_ms)],
      ['right picture after a thaw, ms', decimal(figures.thawed_ms)],
      ['rows that one change of one row renders, at most', decimal(figures.rows.rendered)],
      ['… whose elements it changes', decimal(figures.rows.changed)],
      ...figures.paints.map(({ place, painted_ms, moved }) => {
        const words = `${decimal(painted_ms)}, ${decimal(moved, 3)}`
        return [`largest paint (LCP) of ${place}, ms, and what moved (CLS)`, words] as const
      }),
      ...Object.entries(figures.at_rest).map(
        ([part, share]) =>
          [`main thread while a person looks at ${part}, %`, decimal(share * 100)] as const,
      ),
    ]
    const { jobs, companies, rate, seconds } = options
    console.log(
      [
        showMachine(machine),
        `${decimal(jobs)} jobs of ${companies} companies, ${decimal(rate)} changes a second, used for ${seconds} s`,
        columns(rows),
      ].join('\n\n'),
    )
  },
})
