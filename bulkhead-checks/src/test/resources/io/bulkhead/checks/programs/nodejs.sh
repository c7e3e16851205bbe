# A server, worker threads over shared memory, files, and a child.
set -eu
cat >/tmp/program.js <<'PROGRAM'
const {Worker, isMainThread, workerData} = require('worker_threads');
const http = require('http'), fs = require('fs/promises'), {execFileSync} = require('child_process');
if (!isMainThread) {
    for (let n = 0; n < 1000; n++) Atomics.add(workerData, 0, 1);
} else (async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    await Promise.all([1, 2, 3].map(() => new Promise((done, fail) =>
        new Worker(__filename, {workerData: shared}).on('exit', done).on('error', fail))));
    console.log('workers', shared[0]);
    const server = http.createServer((request, answer) => answer.end('served ' + request.url));
    await new Promise(done => server.listen(0, '127.0.0.1', done));
    console.log(await (await fetch(`http://127.0.0.1:${server.address().port}/page`)).text());
    server.closeAllConnections(); server.close();
    await fs.writeFile('/tmp/a', 'written'); await fs.rename('/tmp/a', '/tmp/b');
    console.log(await fs.readFile('/tmp/b', 'utf8'), execFileSync('echo', ['child']).toString().trim());
    console.log(require('crypto').createHash('sha256').update('x').digest('hex').slice(0, 8));
})();
PROGRAM
node /tmp/program.js
