"""`python -m bench.slack_floor PORT SECRET`: a route that verifies the signature and says 200, and nothing else.

No receiver of events is faster than that."""

import hashlib
import hmac
import sys

import uvicorn
from fastapi import FastAPI, Request, Response


def create_app(secret: str) -> FastAPI:
    app = FastAPI()
    key = secret.encode()

    @app.post("/slack/events")
    async def events(request: Request) -> Response:
        body = await request.body()
        base = b"v0:" + request.headers["x-slack-request-timestamp"].encode() + b":" + body
        expected = "v0=" + hmac.new(key, base, hashlib.sha256).hexdigest()
        genuine = hmac.compare_digest(expected, request.headers["x-slack-signature"])
        return Response(status_code=200 if genuine else 401)

    @app.get("/readyz")
    async def readyz() -> Response:
        return Response()

    return app


if __name__ == "__main__":
    uvicorn.run(create_app(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
