# Processes, threads, shared memory, an event loop, and sockets.
set -eu
python3 - <<'PROGRAM'
import asyncio, hashlib, mmap, multiprocessing, os, signal, socket, sqlite3, subprocess, tempfile, threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

def square(number):
    return number * number

async def echo():
    async def serve(reader, writer):
        writer.write((await reader.read(5)).upper())
        await writer.drain()
        writer.close()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"hello")
    answer = await reader.read()
    process = await asyncio.create_subprocess_exec("echo", "child", stdout=subprocess.PIPE)
    print("asyncio", answer.decode(), (await process.communicate())[0].decode().strip())

if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    with ProcessPoolExecutor(2) as pool:
        print("processes", sum(pool.map(square, range(100))))
    with ThreadPoolExecutor(4) as pool:
        print("threads", sum(pool.map(square, range(100))))
    shared = mmap.mmap(-1, 4096)
    if os.fork() == 0:
        shared[:5] = b"there"
        os._exit(0)
    os.wait()
    print("mmap", shared[:5].decode())
    asyncio.run(echo())
    caught = []
    signal.signal(signal.SIGALRM, lambda *_: caught.append(1))
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    signal.pause()
    print("signal", len(caught))
    try:
        socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET)
        print("AF_ALG opened")
    except OSError as refused:
        print("AF_ALG", refused.strerror)
    queue = multiprocessing.Queue()
    multiprocessing.Process(target=queue.put, args=("through a queue",)).start()
    print(queue.get(timeout=20))
PROGRAM
