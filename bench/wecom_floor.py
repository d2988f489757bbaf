"""`python -m bench.wecom_floor PORT TOKEN AES_KEY CORP_ID`: a route that opens a callback and seals "ok", nothing else.

It reads XML and opens seals as the program does; no receiver that answers with the callback does less."""

import sys
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from adapters.wecom import markup
from adapters.wecom.crypto import Cipher, Seal
from adapters.wecom.markup import text_of


def create_app(cipher: Cipher) -> FastAPI:
    app = FastAPI()

    @app.post("/wecom/callback")
    async def callback(request: Request) -> Response:
        query = request.query_params
        seal = Seal(query["msg_signature"], query["timestamp"], query["nonce"])
        outer = markup.read((await request.body()).decode())
        said = markup.read(cipher.open(text_of(outer, "Encrypt"), seal))
        answer = {"ToUserName": text_of(said, "FromUserName"), "MsgType": "text", "Content": "ok"}
        sealed = cipher.seal(markup.write(answer), datetime.now(UTC))
        return Response(markup.write(sealed), media_type="application/xml")

    @app.get("/readyz")
    async def readyz() -> Response:
        return Response()

    return app


if __name__ == "__main__":
    _, port, token, aes_key, corp_id = sys.argv
    made = create_app(Cipher(SecretStr(token), SecretStr(aes_key), corp_id))
    uvicorn.run(made, host="127.0.0.1", port=int(port), log_level="error", access_log=False)
