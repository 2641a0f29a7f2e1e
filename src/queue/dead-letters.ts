import type { LostMessage } from '../durable/run/work-rpc.ts'
import { Message } from '../protocol/messages.ts'
import type { Consumer, ConsumerPorts } from './consumer.ts'

/** Handles a message on which every Worker died: tells the run's object to take its work back (JOB-5). */
export function deadLetterConsumer(ports: ConsumerPorts): Consumer<Message> {
  return {
    message: Message,
    async consume(message) {
      ports.log('error', 'a message became a dead letter', { ...message })
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
