"""A small client with Google's protobuf and the websockets library, both as Debian ships them.

It uses the module that protoc makes of our proto file, so it shows that the file compiles, that the bytes
of the host mean to another implementation what they mean to us, and that the WebSocket handshake and
framing suit the library that the official Python client is built on.

Usage: google_client.py <socket path> <cookie> <command line>; prints what it saw as one JSON object.
"""

import asyncio
import json
import sys

import iterm2_pb2 as api
import websockets


class Client:
    def __init__(self, websocket):
        self.websocket = websocket
        self.next_id = 0
        self.notifications = asyncio.Queue()
        self.pending = {}
        self.reader = asyncio.ensure_future(self.read())

    async def read(self):
        try:
            async for data in self.websocket:
                message = api.ServerOriginatedMessage()
                message.ParseFromString(data)
                if message.id in self.pending:
                    self.pending.pop(message.id).set_result(message)
                elif message.HasField("notification"):
                    self.notifications.put_nowait(message.notification)
        except websockets.ConnectionClosed:
            pass

    async def call(self, fill):
        request = api.ClientOriginatedMessage()
        request.id = self.next_id
        self.next_id += 1
        fill(request)
        future = asyncio.get_running_loop().create_future()
        self.pending[request.id] = future
        await self.websocket.send(request.SerializeToString())
        return await future

    async def subscribe(self, kind, session="all"):
        def fill(request):
            request.notification_request.session = session
            request.notification_request.subscribe = True
            request.notification_request.notification_type = kind

        return (await self.call(fill)).notification_response.status


async def until_screen(client, session, wanted):
    await client.subscribe(api.NOTIFY_ON_SCREEN_UPDATE, session)
    while True:

        def fill(request):
            request.get_buffer_request.session = session
            request.get_buffer_request.line_range.screen_contents_only = True

        reply = (await client.call(fill)).get_buffer_response
        if any(wanted in line.text for line in reply.contents):
            return reply
        while not (await client.notifications.get()).HasField("screen_update_notification"):
            pass


def cells_of(line):
    """The text of every cell, by code points, as the official library does it."""
    cells = []
    offset = 0
    for run in line.code_points_per_cell:
        for _ in range(run.repeats):
            cells.append(line.text[offset : offset + run.num_code_points])
            offset += run.num_code_points
    return cells


async def run(path, cookie, command):
    connection = websockets.unix_connect(
        path,
        uri="ws://localhost/",
        subprotocols=["api.iterm2.com"],
        origin="ws://localhost/",
        ping_interval=None,
        close_timeout=0,
        max_size=None,
        extra_headers={
            "x-iterm2-library-version": "python 2.21",
            "x-iterm2-disable-auth-ui": "true",
            "x-iterm2-cookie": cookie,
            "x-iterm2-advisory-name": "google_client.py",
        },
    )
    async with connection as websocket:
        client = Client(websocket)
        result = {"version": websocket.response_headers["X-iTerm2-Protocol-Version"]}
        result["subprotocol"] = websocket.subprotocol
        result["extensions"] = len(websocket.extensions)
        result["subscribed"] = await client.subscribe(api.NOTIFY_ON_NEW_SESSION)

        def create(request):
            for key, value in (("Custom Command", "Yes"), ("Command", command)):
                added = request.create_tab_request.custom_profile_properties.add()
                added.key = key
                added.json_value = json.dumps(value)

        created = (await client.call(create)).create_tab_response
        result["session"] = created.session_id
        notification = await client.notifications.get()
        result["announced"] = notification.new_session_notification.session_id

        listed = await client.call(lambda r: r.list_sessions_request.SetInParent())
        windows = listed.list_sessions_response.windows
        window = next(w for w in windows if w.window_id == created.window_id)
        link = window.tabs[0].root.links[0]
        result["listed"] = link.session.unique_identifier
        result["child"] = link.WhichOneof("child")
        result["columns"] = link.session.grid_size.width

        screen = await until_screen(client, created.session_id, "end")
        result["cells"] = cells_of(screen.contents[0])
        result["styles"] = [
            [style.WhichOneof("fgColor"), style.fgStandard, style.bold, style.repeats]
            for style in screen.contents[0].style
        ]
        result["cursor"] = [screen.cursor.x, screen.cursor.y]

        def text(request):
            request.send_text_request.session = created.session_id
            request.send_text_request.text = "grüße 🙂\r"

        result["sent"] = (await client.call(text)).send_text_response.status
        screen = await until_screen(client, created.session_id, "[grüße 🙂]")

        def variable(request):
            request.variable_request.session_id = created.session_id
            request.variable_request.get.extend(["id", "columns", "user.none"])

        values = (await client.call(variable)).variable_response.values
        result["variables"] = [json.loads(value) for value in values]

        def invalid(request):
            request.get_buffer_request.session = created.session_id

        reply = await client.call(invalid)
        result["submessage"] = reply.WhichOneof("submessage")
        result["status"] = reply.get_buffer_response.status
        client.reader.cancel()
    print(json.dumps(result))


asyncio.run(run(*sys.argv[1:4]))
