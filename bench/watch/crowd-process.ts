import { endWithParent, tellParent } from '../../scripts/parent.ts'
import { Question } from './crowd-messages.ts'
import { Crowd } from './crowd.ts'

let crowd: Crowd | undefined

async function answer(question: Question): Promise<object> {
  if (question.ask === 'open') {
    crowd = await Crowd.open(question, question.target)
    return { listed: crowd.listed }
  }
  if (crowd === undefined) throw new Error('nobody watches')
  if (question.ask === 'wait') return { cpu_s: await crowd.wait(question.wait_ms) }
  const seen = crowd.read(question.driven)
  crowd = undefined
  return seen
}

endWithParent(() => process.exit(0))
process.on('message', (message) => {
  void answer(Question.parse(message)).then(
    (said) => process.send?.(said),
    (error: unknown) => {
      console.error('bench: the watchers failed:', error)
      process.exit(1)
    },
  )
})
tellParent({ ready: 'watchers' })
