"""The earlier design in its least form: Server-Sent Events out of Redis Pub/Sub.

Each watcher has a subscription of its own. What is published is the event as it goes out, so that
nothing is parsed or encoded here: an application that does either costs more.
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
        # Subscribed before the state is read, so that no change falls in between.
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
