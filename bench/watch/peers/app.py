"""The smallest form of the earlier design: Server-Sent Events from Redis Pub/Sub.

Each watcher has a subscription of its own. The bench publishes an event as the text that a watcher gets, so
that this program parses and encodes nothing. A real application, which does both, costs more.
"""

import os

import redis.asyncio as redis
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

FINAL = "event: status\ndata: finished\n\n"

app = FastAPI()
client = redis.from_url(os.environ["REDIS_URL"], decode_responses=True)


async def events(run_id: str):
    pubsub = client.pubsub()
    await pubsub.subscribe(f"run:{run_id}")
    try:
        # The subscription begins before the state is read, so that no change is lost between the two.
        listing = await client.get(f"listing:{run_id}")
        yield "event: status\ndata: ingesting\n\n"
        yield f"event: all_jobs\ndata: {listing}\n\n"
        async for message in pubsub.listen():
            if message["type"] != "message":
                continue
            yield message["data"]
            if message["data"] == FINAL:
                return
    finally:
        await pubsub.close()


@app.get("/progress/{run_id}")
async def progress(run_id: str):
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(events(run_id), media_type="text/event-stream", headers=headers)
