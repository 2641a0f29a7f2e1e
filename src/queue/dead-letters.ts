import type { LostMessage } from '../durable/run/run-rpc.ts'
import { Message } from '../protocol/messages.ts'
import type { Consumer, ConsumerPorts } from './consumer.ts'

/** A message that its consumers died over: the object takes back what it covered (JOB-5). */
export function deadLetterConsumer(ports: ConsumerPorts): Consumer<Message> {
  return {
    message: Message,
    async consume(message) {
      ports.log('error', 'a message ended among the dead letters', { ...message })
      await ports.run(message.run_id).lost(lostBy(message))
    },
  }
}

function lostBy(message: Message): LostMessage {
  switch (message.kind) {
    case 'plan':
      return { kind: 'plan', group: message.group }
    case 'flight':
      return { kind: 'flight', flight: message.flight }
    case 'checkpoint':
    case 'archive':
      return { kind: message.kind }
  }
}
