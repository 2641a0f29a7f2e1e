import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { ProcessTree } from '../process-tree.ts'
import type { Contender } from './contender.ts'
import { type Daemon, freePort } from './daemon.ts'
import type { Peer } from './peer.ts'
import { listingOf, Publisher } from './publisher.ts'
import type { Workload } from './workload.ts'

const NGINX = '/usr/sbin/nginx'
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so'

export const nchan: Peer = {
  name: 'nchan',
  isInstalled: () => existsSync(NGINX) && existsSync(MODULE),
  async start(folder, launch) {
    const port = await freePort()
    mkdirSync(folder)
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, configuration(folder, port))
    return contender(await launch({ command: NGINX, args: ['-p', folder, '-c', file], port }), port)
  },
}

function contender({ pid }: Daemon, port: number): Contender {
  let runs = 0
  return {
    name: 'nchan',
    processes: new ProcessTree([pid]),
    async open(workload: Workload) {
      const channel = `run${++runs}`
      const publisher = new Publisher({
        port,
        taken: /HTTP\/1\.1 20[12]/g,
        encode: (event, data) =>
          [
            `POST /pub/${channel} HTTP/1.1`,
            'host: bench',
            `x-eventsource-event: ${event}`,
            `content-length: ${Buffer.byteLength(data)}`,
            '',
            data,
          ].join('\r\n'),
      })
      publisher.publish('status', 'ingesting')
      publisher.publish('all_jobs', listingOf(workload))
      await publisher.untilTaken()
      const request = `GET /sub/${channel} HTTP/1.1\r\nhost: bench\r\naccept: text/event-stream\r\n\r\n`
      return { target: { port, request }, drive: () => publisher.drive(workload) }
    },
  }
}

/** One worker process, as the other servers have. nginx keeps every message for watchers that come late. */
function configuration(folder: string, port: number): string {
  return `
load_module ${MODULE};
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_body_buffer_size 1m;
  client_max_body_size 1m;
  keepalive_requests 1000000;
  tcp_nodelay on;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location ~ ^/pub/(\\w+)$ {
      nchan_publisher;
      nchan_channel_id $1;
      nchan_message_buffer_length 10000;
      nchan_message_timeout 10m;
    }
    location ~ ^/sub/(\\w+)$ {
      nchan_subscriber eventsource;
      nchan_channel_id $1;
      nchan_subscriber_first_message oldest;
    }
  }
}
`
}
