export const id = 787;
export const ids = [787];
export const modules = {

/***/ 787:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runPost: () => (/* binding */ runPost)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: external "node:child_process"
var external_node_child_process_ = __webpack_require__(1421);
// EXTERNAL MODULE: external "node:fs/promises"
var external_node_fs_promises_ = __webpack_require__(1455);
;// CONCATENATED MODULE: ./build/host/process.js




const KILL_AFTER_MS = 2_000;
const running = new Set();
/** Ends every program that was started and still runs. */
function endPrograms() {
    for (const program of running)
        program.end('aborted');
}
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/**
 * Starts a program; its arguments pass through no shell. Its streams are pipes of our own, so that a program which
 * outlives us never holds the runner's streams open.
 */
function start(file, args, options) {
    const started = performance.now();
    const child = spawned(file, args, options);
    const { stdin, stdout, stderr } = child;
    if (!stdout || !stderr)
        throw new Error(`${file} was started without pipes`);
    // A program that ends before it read its input is judged by its exit code, not by the broken pipe.
    stdin?.on('error', () => stdin.destroy());
    let ended = 'by-itself';
    const isRunning = () => child.exitCode === null && child.signalCode === null;
    const kill = (name) => {
        if (options.withChildren && child.pid !== undefined)
            signal(-child.pid, name);
        else
            child.kill(name);
    };
    // A child of the program's own may hold its output open for as long as it likes.
    const letGo = () => {
        stdout.destroy();
        stderr.destroy();
    };
    const end = (why) => {
        if (ended === 'by-itself')
            ended = why;
        if (isRunning())
            child.once('exit', letGo);
        else
            letGo();
        kill(options.endSignal ?? 'SIGTERM');
        setTimeout(() => {
            kill('SIGKILL');
            letGo();
        }, KILL_AFTER_MS).unref();
    };
    const stopLimits = limit(options, end);
    const closed = new Promise((resolve, reject) => {
        child.on('error', (error) => {
            stdin?.destroy();
            letGo();
            reject(error);
        });
        child.on('close', (code) => resolve({ code, ended, milliseconds: performance.now() - started }));
    });
    const program = {
        ...{ stdin, stdout, stderr, isRunning, kill, end },
        ending: closed.finally(() => {
            stopLimits();
            running.delete(program);
        }),
    };
    running.add(program);
    program.ending.catch(() => undefined); // whoever waits for it hears of it
    return program;
}
/** A shell sets the limit and becomes the program. Systems without that limit, or with a lower one, go without. */
const WITH_LIMIT = ['-c', 'ulimit -d "$1" 2>/dev/null; shift; exec "$@"', 'sh'];
function spawned(file, args, options) {
    const { env = process.env, cwd, memoryBytes, takesInput, withChildren: detached } = options;
    const stdio = [takesInput ? 'pipe' : 'ignore', 'pipe', 'pipe'];
    const how = { env, cwd, detached, stdio: [...stdio] };
    if (memoryBytes === undefined)
        return (0,external_node_child_process_.spawn)(file, args, how);
    return (0,external_node_child_process_.spawn)('/bin/sh', [...WITH_LIMIT, String(Math.floor(memoryBytes / 1024)), file, ...args], how);
}
/** Ends a program when its time is up or its caller gives up. Gives what stops that. */
function limit({ timeoutMs, signal }, end) {
    const timer = setTimeout(() => end('timeout'), Math.min(timeoutMs, LONGEST_TIMER_MS));
    const abort = () => end('aborted');
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted)
        abort();
    return () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
    };
}
/** What a program may print to either of its streams before it is ended: more than any that is run here prints. */
const LONGEST_OUTPUT = 256 * 1024 * 1024;
/**
 * Runs a program to its end.
 * @throws the system's error (`ENOENT`, `E2BIG` …) where the program cannot be started, and what `input` throws
 */
async function run(file, args, options) {
    const { input, encoding = 'utf8', onOutput } = options;
    const program = start(file, args, { ...options, takesInput: input !== undefined });
    const stdout = collect(program, program.stdout, onOutput);
    const stderr = collect(program, program.stderr, onOutput);
    const fed = input === undefined ? null : feed(program, input);
    fed?.catch(() => undefined); // told below, once the program has ended
    const ending = await program.ending;
    await fed;
    return { ...ending, stdout: stdout().toString(encoding), stderr: stderr().toString('utf8') };
}
/** Collects what a program prints to one of its streams. */
function collect(program, stream, onOutput) {
    const chunks = [];
    let bytes = 0;
    stream.on('data', (chunk) => {
        bytes += chunk.length;
        if (bytes <= LONGEST_OUTPUT)
            chunks.push(chunk);
        else
            program.end('too-long');
        onOutput?.(chunk);
    });
    return () => Buffer.concat(chunks);
}
/** Reading the input of a program failed. */
class InputError extends Error {
}
/** Writes a program's input. What it does not read is its own affair; where there is no more to be had, it ends. */
async function feed(program, input) {
    if (program.stdin === null)
        return;
    async function* source() {
        try {
            yield* input instanceof Uint8Array ? [input] : input;
        }
        catch (cause) {
            throw new InputError('', { cause });
        }
    }
    try {
        await (0,external_node_stream_promises_.pipeline)(external_node_stream_.Readable.from(source(), { objectMode: false }), program.stdin);
    }
    catch (error) {
        if (!(error instanceof InputError))
            return;
        program.end('aborted');
        throw error.cause;
    }
}
/**
 * Ends the processes of this user whose initial environment holds `entry` (`NAME=value`): how a later process
 * ends what a killed one left running. They have a while to end by themselves; then SIGTERM, and SIGKILL two
 * seconds later.
 * @returns how many there were; 0 where there is no /proc
 */
async function endProcesses(entry, patienceMs = 0) {
    const found = await processesWith(entry);
    const stubborn = await stillThere(entry, found, patienceMs);
    for (const pid of stubborn)
        signal(pid, 'SIGTERM');
    for (const pid of await stillThere(entry, stubborn, KILL_AFTER_MS))
        signal(pid, 'SIGKILL');
    return found.length;
}
/** Those of the processes that do not end within a while. */
async function stillThere(entry, pids, patienceMs) {
    const giveUp = performance.now() + patienceMs;
    let left = pids;
    while (left.length > 0 && performance.now() < giveUp) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        left = await having(entry, left);
    }
    return left;
}
async function processesWith(entry) {
    const pids = (await (0,external_node_fs_promises_.readdir)('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
    return (await having(entry, pids)).filter((pid) => pid !== process.pid);
}
/** Those of the processes that have the entry. One that has ended has no environment, reaped or not. */
async function having(entry, pids) {
    const found = await Promise.all(pids.map(async (pid) => {
        // Other users' processes cannot be read, and any may end while we look: neither is one of ours.
        const environment = await (0,external_node_fs_promises_.readFile)(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        return environment.split('\0').includes(entry) ? [pid] : [];
    }));
    return found.flat();
}
/** Signals a process, unless it is gone. */
function signal(pid, name) {
    try {
        process.kill(pid, name);
    }
    catch {
        // It has ended by itself, which is what was wanted.
    }
}

;// CONCATENATED MODULE: ./build/engine/docker.js



/** Time limits in milliseconds. What moves data is bounded generously, all else takes a fraction of a second. */
const BOUNDS = { query: 20_000, change: 60_000, transfer: 10 * 60_000, pull: 30 * 60_000 };
const SLOW_AFTER_MS = 10_000;
/** A call of the engine's CLI that did not succeed. */
class EngineError extends Error {
    name = 'EngineError';
    /** `missing`: no CLI; `timeout`: it did not answer in time; `aborted`: we gave up; `failed`: it said no. */
    kind;
    args;
    constructor(kind, args, message) {
        super(message);
        this.kind = kind;
        this.args = args;
    }
}
/** True where the engine says that its disk has no room for what it was asked to do. */
const isDiskFull = (error) => /no space left on device|disk quota exceeded/i.test(error.message);
/** Whoever read an archive failed before its end. */
class UnreadError extends Error {
    constructor(cause) {
        super('the archive was not read to its end', { cause });
    }
}
/** What is left to each call of a cancelled job, those under way included: all of them have to fit into 7.5 s. */
const HURRY_MS = 1_500;
/**
 * The engine behind the `docker` CLI. The CLI brings contexts, credential helpers, `DOCKER_HOST=ssh://…` and
 * Podman's drop-in with it, and what it is told can be run again by a person (RUN-7). Arguments are lists;
 * nothing passes through a shell.
 */
class Docker {
    observer;
    capMs;
    cancel;
    /**
     * `capSeconds` caps the bound of every call, for steps that have to end soon; `cancel` tells that the job was
     * cancelled, which leaves no call more than a moment.
     */
    constructor(observer, capSeconds = Number.POSITIVE_INFINITY, cancel) {
        this.observer = observer;
        this.cancel = cancel;
        // ACODE_ENGINE_TIMEOUT (seconds): for engines that are known to answer at once.
        this.capMs =
            Math.min(capSeconds, Number(process.env.ACODE_ENGINE_TIMEOUT) || Number.POSITIVE_INFINITY) * 1000;
    }
    /**
     * Runs `docker ARGS` and gives its standard output without the last line end.
     * @throws EngineError
     */
    async call(args, options = {}) {
        const { graceMs = 0 } = options;
        const timeoutMs = Math.min(options.timeoutMs ?? BOUNDS.change, this.capMs) + graceMs;
        const started = performance.now();
        const hurry = hurried(HURRY_MS + graceMs, this.cancel, options.signal);
        const slow = setInterval(() => this.observer.slow(args, Math.round((performance.now() - started) / 1000)), SLOW_AFTER_MS);
        try {
            const finished = await run('docker', args, { ...options, timeoutMs, signal: hurry.signal });
            this.observer.call({ args, milliseconds: finished.milliseconds, failed: finished.code !== 0 });
            return outputOf(args, finished, timeoutMs);
        }
        catch (error) {
            throw error instanceof EngineError ? error : cannotStart(args, error);
        }
        finally {
            clearInterval(slow);
            hurry.end();
        }
    }
    /**
     * Copies a folder of a container out as a tar archive, which `consume` reads to its end, until it is given up
     * through `signal`. Where `consume` throws before the end, nothing more is asked of the engine.
     * @throws EngineError, or what `consume` throws
     */
    async copyOut(container, path, consume, options = [], signal) {
        const args = ['cp', ...options, `${container}:${path}`, '-'];
        await this.transfer(args, async (program) => {
            // Node lets go of what nobody reads yet when the child ends: it waits in a stream of ours, whose end its reader sees.
            const archive = (0,external_node_stream_.pipeline)(program.stdout, new external_node_stream_.PassThrough(), () => undefined);
            try {
                await consume(archive);
            }
            catch (error) {
                // The archive goes on and nobody reads it: the reader's failure is the cause, not the CLI's.
                if (archive.readableEnded)
                    throw error;
                archive.destroy(); // or what is left in it would keep the call from ending
                program.kill('SIGTERM');
                throw new UnreadError(error);
            }
        }, signal);
    }
    /**
     * Copies a tar archive into a folder of a container, until it is given up through `signal`.
     * @throws EngineError
     */
    async copyIn(container, path, archive, signal) {
        const args = ['cp', '-', `${container}:${path}`];
        await this.transfer(args, async ({ stdin }) => {
            if (stdin)
                await (0,external_node_stream_promises_.pipeline)(archive, stdin);
        }, signal);
    }
    /** A call that moves data. What the CLI says of its failure goes before what its broken pipe says. */
    async transfer(args, move, signal) {
        const timeoutMs = Math.min(BOUNDS.transfer, this.capMs);
        const hurry = hurried(HURRY_MS, this.cancel, signal);
        const program = start('docker', args, {
            timeoutMs,
            signal: hurry.signal,
            takesInput: true,
            endSignal: 'SIGKILL',
        });
        const failure = [];
        program.stderr.on('data', (chunk) => failure.push(chunk));
        const [moved, closed] = await Promise.allSettled([move(program), program.ending]);
        hurry.end();
        if (closed.status === 'rejected')
            throw cannotStart(args, closed.reason);
        const ending = closed.value;
        this.observer.call({ args, milliseconds: ending.milliseconds, failed: ending.code !== 0 });
        const reason = moved.status === 'rejected' ? moved.reason : null;
        if (reason instanceof UnreadError && ending.ended === 'by-itself')
            throw reason.cause;
        outputOf(args, { ...ending, stdout: '', stderr: Buffer.concat(failure).toString('utf8') }, timeoutMs);
        if (reason !== null)
            throw reason;
    }
    /** Like {@link call} for questions: bounded tightly, null where the answer is "no such thing". */
    async find(args) {
        try {
            return await this.call(args, { timeoutMs: BOUNDS.query });
        }
        catch (error) {
            if (error instanceof EngineError && error.kind === 'failed' && (await this.answers()))
                return null;
            throw error;
        }
    }
    /** True where an engine answers. Never throws. */
    async answers() {
        return (await this.whyNot()) === null;
    }
    /** Why no engine answers, in the CLI's words; null where one does. */
    async whyNot() {
        try {
            await this.call(['version', '--format', '{{.Server.Version}}'], { timeoutMs: BOUNDS.query });
            return null;
        }
        catch (error) {
            if (error instanceof EngineError)
                return error.message;
            throw error;
        }
    }
    /**
     * Starts a created container and stays attached to its output. Standard error goes into standard output in
     * the CLI's own process, so that the order in which the engine sent them is kept. The limit is the task's own.
     */
    startAttached(container, timeoutMs) {
        const args = ['start', '--attach', container];
        return start('/bin/sh', ['-c', 'exec docker "$@" 2>&1', 'sh', ...args], { timeoutMs });
    }
}
/** The CLI's message without what every one of them begins with. */
const said = (stderr) => stderr.trim().replace(/^Error response from daemon: /, '');
/** Aborted when the caller gives up, or a moment after the job was cancelled. */
function hurried(afterMs, cancel, caller) {
    const controller = new AbortController();
    const abort = () => controller.abort();
    let timer;
    const hurry = () => {
        timer = setTimeout(abort, afterMs);
    };
    caller?.addEventListener('abort', abort);
    cancel?.addEventListener('abort', hurry);
    if (caller?.aborted)
        abort();
    if (cancel?.aborted)
        hurry();
    return {
        signal: controller.signal,
        end() {
            clearTimeout(timer);
            caller?.removeEventListener('abort', abort);
            cancel?.removeEventListener('abort', hurry);
        },
    };
}
function outputOf(args, finished, timeoutMs) {
    if (finished.ended === 'aborted')
        throw new EngineError('aborted', args, `docker ${args[0]} was given up`);
    if (finished.ended === 'timeout')
        throw new EngineError('timeout', args, `docker ${args[0]} did not answer within ${timeoutMs / 1000} s`);
    if (finished.ended === 'too-long')
        throw new EngineError('failed', args, `docker ${args[0]} printed more than is taken of it`);
    if (finished.code !== 0)
        throw new EngineError('failed', args, said(finished.stderr) || `docker ${args[0]} ended with ${finished.code}`);
    return finished.stdout.replace(/\n$/, '');
}
function cannotStart(args, error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
        return new EngineError('missing', args, 'the docker command is not on PATH');
    if (code === 'E2BIG')
        return new EngineError('failed', args, 'the arguments or environment are larger than the system allows');
    return error;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/command.js
var command = __webpack_require__(9635);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/file-command.js
var file_command = __webpack_require__(2902);
;// CONCATENATED MODULE: ./build/formats/printable.js
/**
 * Text of others (names, labels, messages of engines and registries, paths) as it may stand in the step's log.
 * The runner reads every line for commands: `::name::` at its start, after white space, and `##[name]` anywhere in
 * it; lines end at CR, LF and CRLF (`ActionCommand.TryParse`, `TryParseV2`, `ProcessInvoker`).
 */
/** Control characters but the tab, and what turns the direction of text or ends a line in some readers. */
const HIDDEN = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const NAMED = { '\n': '\\n', '\r': '\\r', '\t': '\t' };
/** A text whose control characters can be seen, in one line. */
const visible = (text) => text.replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return (NAMED[character] ?? (code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`));
});
/** A text as one line in which the runner finds no command. */
const printable_plainLine = (text) => visible(text)
    .replaceAll('##[', '# #[')
    .replace(/^(\s*):(?=:)/, '$1: ');
/** What an annotation has of a message; the runner cuts it at 4,096 characters, in the log too. */
const LONGEST_ANNOTATION = 2_000;
const REST = '… (the whole message is in the step’s log)';
/** A message of any length, in harmless lines. */
function annotationText(text) {
    const lines = text
        .trimEnd()
        .split(/\r\n|\n/)
        .map(printable_plainLine);
    const whole = lines.join('\n');
    if (whole.length <= LONGEST_ANNOTATION)
        return { message: whole, lines: [] };
    const start = whole.slice(0, LONGEST_ANNOTATION - REST.length - 1).toWellFormed();
    const end = start.lastIndexOf('\n');
    return { message: end > 0 ? `${start.slice(0, end)}\n${REST}` : `${start} ${REST}`, lines };
}

;// CONCATENATED MODULE: ./build/streams/needles.js
/**
 * Many values that are looked for in one pass: a table of the two bytes that each begins with says at which
 * places one of them can be. Values have two bytes at least.
 */
class Needles {
    #begins = new Uint8Array(0x10000);
    /** Values by their first two bytes and by their first one, the longest first. */
    #byPair = new Map();
    #byFirst = new Map();
    #longest = 0;
    add(value) {
        const pair = pairAt(value, 0);
        this.#begins[pair] = 1;
        insert(this.#byPair, pair, value);
        insert(this.#byFirst, pair >> 8, value);
        this.#longest = Math.max(this.#longest, value.length);
    }
    /** Where the values are, from first to last; of those that begin at one place, the longest. */
    occurrences(bytes) {
        const found = [];
        const last = bytes.length - 2;
        for (let at = 0; at <= last; at++) {
            const pair = pairAt(bytes, at);
            if (this.#begins[pair] === 0)
                continue;
            const value = this.#byPair.get(pair)?.find((one) => isAt(bytes, at, one, one.length));
            if (value)
                found.push([at, at + value.length]);
        }
        return found;
    }
    /** How many bytes at the end are the beginning of a value that may go on. */
    beginningAtEnd(bytes) {
        const { length } = bytes;
        for (let at = Math.max(0, length - this.#longest + 1); at < length; at++) {
            const candidates = at < length - 1 ? this.#byPair.get(pairAt(bytes, at)) : this.#byFirst.get(bytes[at] ?? 0);
            if (candidates?.some((one) => one.length > length - at && isAt(bytes, at, one, length - at)))
                return length - at;
        }
        return 0;
    }
}
function insert(lists, key, value) {
    const others = lists.get(key) ?? [];
    const place = others.findIndex((one) => one.length < value.length);
    lists.set(key, others.toSpliced(place < 0 ? others.length : place, 0, value));
}
const pairAt = (bytes, at) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
/** True where so many bytes of the value are there. A loop ends sooner than a call of the system's begins. */
function isAt(bytes, at, value, length) {
    if (at + length > bytes.length)
        return false;
    for (let index = 0; index < length; index++)
        if (bytes[at + index] !== value[index])
            return false;
    return true;
}

;// CONCATENATED MODULE: ./build/streams/secret-forms.js
/** The shortest value that is struck out: anything shorter is found in ordinary text everywhere. */
const SHORTEST_SECRET = 3;
/** The shortest piece of Base64 that is taken for one of a secret. */
const SHORTEST_BASE64 = 4;
/** Columns of what the `base64` command prints. */
const BASE64_COLUMNS = 76;
/** True of a value that can be struck out without striking out ordinary text. */
const canBeStruck = (value) => value.trim().length >= SHORTEST_SECRET;
/**
 * Everything that gives a secret away: the value, each of its lines, and both in the forms that programs print
 * them in. Those that the runner masks are among them (`ValueEncoders.cs`), and quoted and escaped ones beside.
 */
function secretForms(secret) {
    const values = [secret, ...linesOf(secret)].filter(canBeStruck);
    return [...new Set([...values.flatMap(formsOf), ...wrappedBase64(secret)])].filter(canBeStruck);
}
/**
 * What the runner is asked to mask of a secret: its lines, of which it makes the forms that it knows itself, and of
 * several lines the Base64 of all.
 */
function secret_forms_maskedForms(secret) {
    const whole = /[\r\n]/.test(secret.trim()) ? base64Forms(secret) : [];
    return [...new Set([...linesOf(secret), ...whole])];
}
/** The lines of a secret that are worth striking out, without the white space around them, as the runner takes them. */
const linesOf = (secret) => secret
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter(canBeStruck);
function formsOf(value) {
    const json = JSON.stringify(value).slice(1, -1);
    return [
        value,
        ...base64Forms(value),
        json,
        ...jsonVariants(json),
        ...quoted(value),
        ...uriForms(value),
        ...markup(value),
    ];
}
/**
 * What is in Base64 of any text that holds the value: in three shifts, only the characters that the value alone
 * decides. The first one whole too, with its padding.
 */
function base64Forms(value) {
    const bytes = Buffer.from(value);
    const pieces = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes])
        .toString('base64')
        .slice(Math.ceil((8 * shift) / 6), Math.floor((8 * (shift + bytes.length)) / 6)));
    const forms = [bytes.toString('base64'), ...pieces].filter((form) => form.length >= SHORTEST_BASE64);
    return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')]);
}
/** A long value in Base64 as the `base64` command prints it. */
function wrappedBase64(value) {
    const encoded = Buffer.from(value).toString('base64');
    if (encoded.length <= BASE64_COLUMNS)
        return [];
    const lines = encoded.match(new RegExp(`.{1,${BASE64_COLUMNS}}`, 'g')) ?? [];
    return lines.filter((line) => line.length >= SHORTEST_BASE64);
}
/** JSON as encoders write it that escape what HTML reads, or all that is not ASCII. */
function jsonVariants(json) {
    const escaped = (text, which) => text.replace(which, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return [escaped(json, /[<>&\u2028\u2029]/g), escaped(json, /[^\0-\x7f]/g), json.replaceAll('/', '\\/')];
}
/** Quoted for a shell (three ways), an expression of GitHub's, and a command line. */
const quoted = (value) => [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replace(/[ \t!-$&-*,;<>?[-^`{-}]/g, '\\$&'),
    value.replace(/["$\\`]/g, '\\$&'),
    value.replaceAll("'", "''"),
    value.replaceAll('"', '\\"'),
];
/** `encodeURIComponent` leaves some characters alone that other encoders do not; forms write a blank as `+`. */
function uriForms(value) {
    const uri = encodeURIComponent(value.toWellFormed());
    const strict = uri.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
    return [uri, strict, new URLSearchParams({ '': value }).toString().slice(1)];
}
/** XML, HTML with numbers, and Markdown as this project writes them. */
function markup(value) {
    const angles = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const xml = angles.replaceAll('>', '&gt;');
    return [
        xml,
        xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
        xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
        value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
        angles.replace(/[\\|`*[\]]/g, '\\$&'),
        value.replace(/[!-/:-@[-`{-~]/g, '\\$&'),
    ];
}

;// CONCATENATED MODULE: ./build/streams/redact.js


/** One redactor behind another. */
const inTurn = (first, second) => ({
    get found() {
        return first.found || second.found;
    },
    push: (chunk) => second.push(first.push(chunk)),
    end: () => Buffer.concat([second.push(first.end()), second.end()]),
});
const STRUCK = Buffer.from('***');
/**
 * The values that nobody may read, in every form in which they may be met ({@link secretForms}). Every byte of
 * every occurrence is struck out, also where occurrences overlap.
 */
class Redaction {
    #forms = new Set();
    /** Null while there is nothing to strike: then nothing is searched either. */
    #needles = null;
    constructor(secrets = []) {
        this.add(...secrets);
    }
    /** Strikes these out too, from now on. Blank and very short values are left out. */
    add(...secrets) {
        for (const form of secrets.flatMap(secretForms)) {
            if (this.#forms.has(form))
                continue;
            this.#forms.add(form);
            this.#needles ??= new Needles();
            this.#needles.add(Buffer.from(form));
        }
    }
    /** True where there is nothing to strike out. */
    get isEmpty() {
        return this.#needles === null;
    }
    /** A text without the secrets. */
    text(text) {
        if (this.#needles === null)
            return text;
        const { push, end } = this.stream();
        return Buffer.concat([push(Buffer.from(text)), end()]).toString('utf8');
    }
    /** A redactor of one stream, in chunks that are cut anywhere. */
    stream() {
        let rest = Buffer.alloc(0);
        /** How far into `rest` the run reaches that was struck last; null where none touches it. */
        let struckTo = null;
        let found = false;
        const show = (bytes, end, needles) => {
            const shown = [];
            let at = struckTo ?? 0;
            let inRun = struckTo !== null;
            for (const [start, stop] of needles.occurrences(bytes)) {
                if (inRun && start <= at) {
                    at = Math.max(at, stop);
                    continue;
                }
                if (start >= end)
                    break;
                shown.push(bytes.subarray(at, start), STRUCK);
                found = true;
                at = stop;
                inRun = true;
            }
            if (at < end) {
                shown.push(bytes.subarray(at, end));
                inRun = false;
            }
            struckTo = inRun ? at - end : null;
            rest = bytes.subarray(end);
            return Buffer.concat(shown);
        };
        return {
            get found() {
                return found;
            },
            push: (chunk) => {
                if (this.#needles === null)
                    return chunk;
                const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
                return show(bytes, bytes.length - this.#needles.beginningAtEnd(bytes), this.#needles);
            },
            end: () => (this.#needles === null ? rest : show(rest, rest.length, this.#needles)),
        };
    }
}

;// CONCATENATED MODULE: ./build/github/runner.js
// The parts of @actions/core that we use, by file: its entry also loads an HTTP client for OIDC tokens, which
// costs every start of the action 50 ms (script/bench task).







/**
 * The GitHub Actions runner as the rest of the project sees it, and the one place that prints. Whatever is printed
 * is made harmless ({@link plainLine}) and has no secret in it: text of others comes in by every message. While a
 * task's output has workflow commands switched off, whatever we print waits (see {@link stopCommands}).
 */
/** What is struck out of everything that this process prints and records. */
const redaction = new Redaction();
let held = null;
/** Switches commands on again; null while they are. */
let resume = null;
function emit(write) {
    if (held)
        held.push(write);
    else
        write();
}
const print = (line) => {
    process.stdout.write(`${line}\n`);
};
/** A text as one harmless line without secrets. */
const harmless = (text) => printable_plainLine(redaction.text(text));
/** An input as the workflow gives it; `exact` keeps leading and trailing white space (scripts). */
function input(name, exact = false) {
    const value = process.env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '';
    return exact ? value : value.trim();
}
/** A plain line of the step's log. */
const info = (line) => emit(() => print(harmless(line)));
/** A plain line between those of a task's output, whose last line may have no end yet: it does not wait. */
const heartbeat = (line, atLineStart) => print(`${atLineStart ? '' : '\n'}${harmless(line)}`);
/** A line that only a debug run shows. */
const debug = (line) => emit(() => (0,command/* issueCommand */.L)('debug', {}, harmless(line)));
/** An annotation that does not fail the step. */
const warning = (message, title) => annotate('warning', message, { title });
/** An annotation for the reader's information. */
const notice = (message, title) => annotate('notice', message, { title });
/** An annotation that says why the step failed, and the step's failure. */
function fail(message, title, place) {
    annotate('error', message, {
        title,
        ...(place && { file: place.file, line: place.line, col: place.column }),
    });
    process.exitCode = 1;
}
/** An annotation; of a message that is too long for one, all of it goes to the log before. */
function annotate(level, text, properties) {
    const given = Object.entries(properties).filter(([, value]) => value !== undefined);
    const shown = given.map(([name, value]) => [name, typeof value === 'string' ? harmless(value) : value]);
    emit(() => {
        const { message, lines } = annotationText(redaction.text(text));
        for (const line of lines)
            print(line);
        (0,command/* issueCommand */.L)(level, Object.fromEntries(shown), message);
    });
}
/** A collapsed group of lines. */
function group(title, lines) {
    startGroup(title);
    for (const line of lines)
        info(line);
    endGroup();
}
/** Opens a collapsed group; what is printed until {@link endGroup} is in it. */
const startGroup = (title) => emit(() => issue('group', harmless(title)));
/** Ends the open group. */
const endGroup = () => emit(() => issue('endgroup'));
/**
 * Keeps a value out of everything that this process prints and records, and out of the job's log from now on. The
 * runner masks each line of what it is given however short it is, so it gets only those that can be struck out.
 */
function mask(secret) {
    redaction.add(secret);
    maskInJob(secret);
}
/** Keeps a value out of the job's log alone, when commands are carried out again. */
function maskInJob(secret) {
    for (const line of maskedForms(secret))
        emit(() => issueCommand('add-mask', {}, line));
}
/** Sets an output of the step. The runner reads names without case; of two that are the same the later counts. */
const output = (name, value) => issueFileCommand('OUTPUT', keyValue(name, value));
/** Keeps a value for the post step. */
const saveState = (name, value) => issueFileCommand('STATE', keyValue(name, value));
/** What the name of an output may be: any other could end the runner's reading of the file (`EnvFileKeyValuePairs`). */
const runner_OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
function keyValue(name, value) {
    if (!runner_OUTPUT_NAME.test(name))
        throw new RangeError(`${JSON.stringify(name)} is no name of an output`);
    return prepareKeyValueMessage(name, value);
}
/** A value that main kept; empty where it kept none. */
const state = (name) => process.env[`STATE_${name}`] ?? '';
/** True where the user asked for debug logs. */
const isDebug = () => process.env.RUNNER_DEBUG === '1';
/** Appends Markdown to the job summary; without a summary file (older servers) nothing is written. */
async function summarize(markdown) {
    const file = process.env.GITHUB_STEP_SUMMARY;
    if (file)
        await (0,external_node_fs_promises_.appendFile)(file, `${redaction.text(markdown)}\n`);
}
/** Ends the process when all that it printed is written, also what waited, whatever else it still waits for. */
function exit() {
    resume?.(false);
    process.stdout.write('', () => process.exit());
}
/**
 * Lets a library work that prints by itself, one at a time: its lines are printed as ours, or by `printLine`. Of its
 * commands those of the debug log and its annotations are kept, as warnings: it does not know whether its failure is
 * the step's.
 */
async function printingOf(work, printLine = info) {
    const { stdout } = process;
    const write = stdout.write;
    let rest = '';
    const through = (chunk, ...others) => {
        const lines = (rest + Buffer.from(chunk).toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        stdout.write = write;
        for (const line of lines)
            printLibrarys(line, printLine);
        stdout.write = through;
        const done = others.at(-1);
        if (typeof done === 'function')
            done();
        return true;
    };
    stdout.write = through;
    try {
        return await work();
    }
    finally {
        stdout.write = write;
        if (rest !== '')
            printLibrarys(rest, printLine);
    }
}
function printLibrarys(line, printLine) {
    const [, level, data = ''] = /^::(debug|notice|warning|error)(?: [^:]*)?::(.*)$/.exec(line) ?? [];
    const text = data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
    if (level === undefined)
        printLine(line);
    else if (level === 'debug')
        debug(text);
    else
        warning(text);
}
/** The step's log as a stream, for what passes through unread: a task's output, and nothing else. */
const log = process.stdout;
/**
 * Switches workflow commands off in what follows (unless they are allowed), and keeps our own back until the
 * returned function is called with whether the log is at the start of a line.
 */
function stopCommands(allowed) {
    const token = randomUUID();
    if (!allowed)
        print(`::stop-commands::${token}`);
    held ??= [];
    resume = (atLineStart) => {
        resume = null;
        // The runner reads a command only at the start of a line.
        if (!atLineStart)
            print('');
        if (!allowed)
            print(`::${token}::`);
        const waiting = held ?? [];
        held = null;
        for (const write of waiting)
            write();
    };
    return (atLineStart) => resume?.(atLineStart);
}

;// CONCATENATED MODULE: ./build/engine/observer.js

/** Tells each engine call in a debug run's log with its milliseconds, and everybody when one is slow. */
function logObserver() {
    return {
        call({ args, milliseconds, failed }) {
            if (isDebug())
                debug(`${Math.round(milliseconds)} ms: ${shellLine(args)}${failed ? ' (failed)' : ''}`);
        },
        slow: (args, seconds) => info(`Still waiting for docker ${args[0]} (${seconds} s) …`),
    };
}
/** A call as a line for people: arguments that are no plain words are in the form of JSON, which the runner masks. */
function shellLine(args) {
    return ['docker', ...args]
        .map((arg) => redaction.text(arg))
        .map((arg) => (/^[\w@%+=:,./*-]+$/.test(arg) ? arg : JSON.stringify(arg)))
        .join(' ');
}

;// CONCATENATED MODULE: ./build/errors.js
/** How a task ended, as run.json and the `status` output say it. */
const STATUSES = [
    'succeeded',
    'failed',
    'timed-out',
    'out-of-memory',
    'cancelled',
    'skipped',
    'error',
];
/** The error codes that users rely on (CTN-12), each with what it stands for. */
const ERROR_CODES = {
    'ACODE-CTN-001': 'container already exists and its owner is alive',
    'ACODE-CTN-002': 'cleanup failed',
    'ACODE-CTN-003': 'container could not be created or started',
    'ACODE-CTN-004': 'image could not be pulled or found',
    'ACODE-CTN-005': 'no container engine, or it does not answer',
    'ACODE-CTN-006': 'invalid task or input',
    'ACODE-CTN-007': 'timed out',
    'ACODE-CTN-008': 'killed for memory',
    'ACODE-CTN-009': 'cancelled',
    'ACODE-CTN-010': 'workspace could not be isolated, or its changes not collected or applied',
    'ACODE-CTN-011': 'refused: breaks isolation',
    'ACODE-CTN-012': 'required capability missing',
    'ACODE-CTN-013': 'record could not be written, uploaded or read',
};
/** A failure that the user can act on: its message says what happened, to what, and what to do about it. */
class errors_TaskError extends Error {
    name = 'TaskError';
    code;
    status;
    constructor(code, message, options) {
        super(message, { cause: options?.cause });
        this.code = code;
        this.status = options?.status ?? 'error';
    }
}
/** Several failures as one; a single one as it is. What breaks isolation gives its code to all. */
function jointError(errors, what) {
    const [first, ...others] = errors;
    if (first && others.length === 0)
        return first;
    const refused = errors.find(({ code }) => code === 'ACODE-CTN-011');
    const lines = errors.map(({ message }) => `  - ${message}`);
    const text = `${what} ${errors.length} problems:\n${lines.join('\n')}`;
    return new errors_TaskError(refused?.code ?? first?.code ?? 'ACODE-CTN-006', text);
}
/** A text of any origin as a sentence: with a full stop, where it does not end already. */
function errors_sentence(text) {
    const trimmed = text.trimEnd();
    return /[.?!…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
/** The text of anything thrown. */
function errors_messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
/** The title of an annotation for anything thrown: its code, else `otherwise`; a full disk is the record's (ACODE-CTN-013). */
function titleOf(error, otherwise = 'Internal error of the action') {
    if (error instanceof errors_TaskError)
        return error.code;
    return errors_isDiskFull(error) ? 'ACODE-CTN-013' : otherwise;
}
/** Like {@link messageOf}, with what to do where the disk is full. */
function adviceOf(error) {
    if (!errors_isDiskFull(error))
        return errors_messageOf(error);
    return `The runner’s disk is full: ${errors_sentence(errors_messageOf(error))} Free space in RUNNER_TEMP and run the job again; what is written of a record is uploaded.`;
}
/** By the system's code, or by what git says of it; what a task's own error has to say it says itself. */
const errors_isDiskFull = (error) => error instanceof Error &&
    !(error instanceof errors_TaskError) &&
    (('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) ||
        (error.name === 'GitError' && /No space left on device|Disk quota exceeded/i.test(error.message)) ||
        errors_isDiskFull(error.cause));

;// CONCATENATED MODULE: ./build/entry.js


/**
 * Runs an entry of the action to its end. What it throws is reported, and what nobody caught too: Node would print
 * that raw, with whatever text of others is in it, and end the process in the same way.
 */
async function runEntry(work, report, title) {
    const reportError = (error) => report(adviceOf(error), titleOf(error, title));
    process.once('uncaughtException', (error) => {
        reportError(error);
        exit();
    });
    try {
        await work();
    }
    catch (error) {
        reportError(error);
    }
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./build/host/open-folder.js


/** Linux's `O_PATH`: names a file without opening it, for which no permission on the file itself is needed. */
const O_PATH = 0o10000000;
const FOLDER = external_node_fs_.constants.O_DIRECTORY | external_node_fs_.constants.O_NOFOLLOW;
/**
 * Opens a folder whose owner we are, also one that lets nobody in (`chmod 0`). Where there is no /proc, entries are
 * reached by the folder's path.
 * @returns null where the path is no folder, links included
 */
async function openFolder(path) {
    const handle = await openItself(path);
    if (handle === null)
        return null;
    const { mode } = await handle.stat();
    // A folder that could be read may still not let go of its entries.
    if ((mode & 0o700) !== 0o700)
        await handle.chmod(mode | 0o700).catch(unlessNotOurs);
    const self = `/proc/self/fd/${handle.fd}`;
    const base = Buffer.from((await (0,external_node_fs_promises_.lstat)(self).catch(() => null)) ? self : path);
    return {
        at: (name) => Buffer.concat([base, Buffer.from('/'), name]),
        entries: () => (0,external_node_fs_promises_.readdir)(base, { encoding: 'buffer', withFileTypes: true }),
        close: () => handle.close(),
    };
}
async function openItself(path) {
    const openAsIs = () => (0,external_node_fs_promises_.open)(path, external_node_fs_.constants.O_RDONLY | FOLDER);
    try {
        return await openAsIs().catch(async (error) => {
            if (error.code !== 'EACCES')
                throw error;
            await unlock(path);
            return openAsIs();
        });
    }
    catch (error) {
        if (open_folder_isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP'))
            return null;
        throw error;
    }
}
/** Lets its owner into a folder again; a link in its place is not followed. */
async function unlock(path) {
    const handle = await (0,external_node_fs_promises_.open)(path, O_PATH | FOLDER);
    try {
        const self = `/proc/self/fd/${handle.fd}`;
        await (0,external_node_fs_promises_.chmod)((await (0,external_node_fs_promises_.lstat)(self).catch(() => null)) ? self : path, 0o700);
    }
    finally {
        await handle.close();
    }
}
/** True for one of the system's errors. */
const open_folder_isErrno = (error, ...codes) => error instanceof Error && 'code' in error && codes.includes(String(error.code));
/** Another user's folder keeps its mode: what it refuses shows when it is asked. */
function unlessNotOurs(error) {
    if (!open_folder_isErrno(error, 'EPERM', 'EROFS'))
        throw error;
}

;// CONCATENATED MODULE: ./build/host/take-apart.js



/** How many entries are under way at once. */
const AT_ONCE = 64;
/**
 * Takes a tree apart, folder by folder. Each folder is moved up to the tree's root before it is read, so that no
 * path is ever longer than two names, however deep a task has nested them; and each is held open while it is read,
 * so that a link in its place is never followed. Emptied folders are removed, but for the root, whose own
 * files come last.
 * @throws the reason of `signal`, between two folders
 */
async function takeApart(root, visitor, signal) {
    const top = await openFolder(root);
    if (top === null)
        return;
    const nonce = (0,external_node_crypto_.randomBytes)(6).toString('hex');
    const waiting = [];
    let moved = 0;
    const moveUp = async (from, name, path) => {
        const own = from === top ? name : Buffer.from(`.acode-${nonce}-${moved++}`);
        if (from !== top && !(await moveFolder(from.at(name), top.at(own))))
            return;
        waiting.push({ name: own, path });
    };
    try {
        await visit(top, '', { ...visitor, file: async () => undefined }, moveUp, signal);
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
            signal?.throwIfAborted();
            await visitMoved(top, next, visitor, moveUp, signal);
        }
        signal?.throwIfAborted();
        await visit(top, '', { ...visitor, enters: () => false }, moveUp, signal);
    }
    finally {
        await top.close();
    }
}
async function visitMoved(top, { name, path }, visitor, moveUp, signal) {
    const at = top.at(name);
    try {
        const folder = await openFolder(at);
        // Whoever wrote here may have put something else in its place.
        if (folder === null)
            return await visitor.file(path, at, false);
        await visit(folder, path, visitor, moveUp, signal).finally(folder.close);
        await (0,external_node_fs_promises_.rmdir)(at);
    }
    catch (error) {
        visitor.failed(path, error);
    }
}
async function visit(folder, path, visitor, moveUp, signal) {
    const entries = await folder.entries();
    for (let from = 0; from < entries.length && !signal?.aborted; from += AT_ONCE)
        await Promise.all(entries.slice(from, from + AT_ONCE).map(async (entry) => {
            const name = entry.name.toString('latin1');
            const inner = path === '' ? name : `${path}/${name}`;
            try {
                if (!entry.isDirectory())
                    await visitor.file(inner, folder.at(entry.name), entry.isFile());
                else if (visitor.enters?.(inner) ?? true)
                    await moveUp(folder, entry.name, inner);
            }
            catch (error) {
                visitor.failed(inner, error);
            }
        }));
}
/**
 * A folder that changes its parent has to be writable itself; one that cannot be made so, being another user's, may
 * yet be empty.
 * @returns false where it was, and is gone
 */
async function moveFolder(from, to) {
    try {
        await (0,external_node_fs_promises_.rename)(from, to);
        return true;
    }
    catch (error) {
        if (!open_folder_isErrno(error, 'EACCES', 'EPERM'))
            throw error;
    }
    try {
        await unlock(from);
        await (0,external_node_fs_promises_.rename)(from, to);
        return true;
    }
    catch {
        await (0,external_node_fs_promises_.rmdir)(from);
        return false;
    }
}

;// CONCATENATED MODULE: ./build/host/files.js





/** Writes a file so that a reader sees the old text or the new one, never half of it. */
async function writeWhole(path, text) {
    const part = `${path}.${process.pid}.part`;
    try {
        await (0,external_node_fs_promises_.writeFile)(part, text);
        await (0,external_node_fs_promises_.rename)(part, path);
    }
    catch (error) {
        await (0,external_node_fs_promises_.rm)(part, { force: true });
        throw error;
    }
}
/** Waits until a file, or the names in a folder, are on the disk: what is there survives a loss of power. */
async function files_syncToDisk(path) {
    const file = await open(path, constants.O_RDONLY);
    try {
        await file.sync();
    }
    finally {
        await file.close();
    }
}
/** How many files are waited for at once: disks write many in little more time than one. */
const files_AT_ONCE = 32;
/** {@link syncToDisk} of many files. */
async function syncAllToDisk(paths) {
    for (let from = 0; from < paths.length; from += files_AT_ONCE)
        await Promise.all(paths.slice(from, from + files_AT_ONCE).map(files_syncToDisk));
}
/** Whatever still writes to a folder that is removed gets so many tries of ours to end. */
const REMOVALS = 3;
/**
 * Removes a file or folder, whatever a task made of it: folders without permissions, nested deeper than paths can
 * be long, with names that are no text; links are not followed. Nothing there is fine. What cannot be removed does
 * not keep the rest.
 * @throws Error that names what is left; the reason of `signal`, when it is given up
 */
async function files_removeFolder(path, signal) {
    const found = await (0,external_node_fs_promises_.lstat)(path).catch(unlessMissing);
    if (found === null)
        return;
    if (!found.isDirectory())
        return unlinkThere(path);
    let left = [];
    const failed = (name, error) => {
        left.push(`${Buffer.from(name, 'latin1').toString()}: ${error instanceof Error ? error.message : error}`);
    };
    for (let removal = 0; removal < REMOVALS; removal++) {
        left = [];
        await takeApart(path, { file: (_, at) => unlinkThere(at), failed }, signal);
        try {
            return await (0,external_node_fs_promises_.rmdir)(path);
        }
        catch (error) {
            if (open_folder_isErrno(error, 'ENOENT'))
                return;
            if (left.length === 0)
                failed('.', error);
        }
    }
    const others = left.length > 1 ? ` and ${left.length - 1} more` : '';
    throw new Error(`${path} could not be removed: ${left[0]}${others}`);
}
/** Removes what is no folder, unless it is gone. */
async function unlinkThere(path) {
    await (0,external_node_fs_promises_.unlink)(path).catch(unlessMissing);
}
function unlessMissing(error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
        return null;
    throw error;
}
/** True where `path` is `folder` or below it. */
function files_isWithin(path, folder) {
    const way = (0,external_node_path_.relative)(folder, path);
    return way !== '..' && !way.startsWith('../') && !(0,external_node_path_.isAbsolute)(way);
}

;// CONCATENATED MODULE: ./build/host/identity.js



/** The identity of a process of this machine, by default our own. Only Linux tells more than host and id. */
function processIdentity(pid = process.pid) {
    const machine = read('/etc/machine-id')?.slice(0, 8);
    return {
        host: machine ? `${(0,external_node_os_.hostname)()}/${machine}` : (0,external_node_os_.hostname)(),
        boot: read('/proc/sys/kernel/random/boot_id'),
        pidNamespace: pidNamespace(),
        pid,
        start: startTime(pid),
        machine: networkCards(),
        container: null,
    };
}
/** True where both are the same process, whatever else is known of it. */
function isSameProcess(one, other) {
    const keys = ['host', 'boot', 'pidNamespace', 'pid', 'start'];
    return keys.every((key) => one[key] === other[key]);
}
/** When this machine was started, in epoch seconds of its clock as it is now; null where that is not known. */
function bootSeconds() {
    const [, seconds] = /^btime (\d+)$/m.exec(read('/proc/stat') ?? '') ?? [];
    return seconds === undefined ? null : Number(seconds);
}
/** The start time of a process as /proc tells it, or null where there is no such process (or no /proc). */
function startTime(pid) {
    const stat = read(`/proc/${pid}/stat`);
    // The command name (field 2) may hold blanks and parentheses; field 22 counts from after its last ")".
    return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
/** True where there is such a process, also one that /proc hides from us (mount option hidepid). */
function exists(pid) {
    try {
        return process.kill(pid, 0);
    }
    catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
}
/** A hash of the addresses of the machine's network cards; null where it has none, as a container. */
function networkCards() {
    const cards = '/sys/class/net';
    const addresses = list(cards)
        .filter((card) => list(`${cards}/${card}/device`).length > 0) // bridges and the like come and go
        .flatMap((card) => read(`${cards}/${card}/address`) ?? [])
        .sort();
    if (addresses.length === 0)
        return null;
    return (0,external_node_crypto_.createHash)('sha256').update(addresses.join()).digest('hex').slice(0, 12);
}
function list(folder) {
    try {
        return (0,external_node_fs_.readdirSync)(folder);
    }
    catch {
        return []; // not Linux, or no such folder
    }
}
function pidNamespace() {
    try {
        return (0,external_node_fs_.readlinkSync)('/proc/self/ns/pid');
    }
    catch {
        return null; // no /proc: the owner is then judged by its deadline only
    }
}
function read(path) {
    try {
        return (0,external_node_fs_.readFileSync)(path, 'utf8').trim();
    }
    catch {
        return null; // not Linux, or no such process: null is the answer
    }
}

// EXTERNAL MODULE: ./build/host/signals.js
var host_signals = __webpack_require__(2774);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(7597);
;// CONCATENATED MODULE: ./build/ownership/orphans.js

/** The text of the owner label. */
const ownerSchema = schemas/* object */.Ikc({
    host: schemas/* string */.YjP(),
    boot: schemas/* string */.YjP().nullable(),
    pidNamespace: schemas/* string */.YjP().nullable(),
    pid: schemas/* number */.aig().int().positive(),
    start: schemas/* string */.YjP().nullable(),
    machine: schemas/* string */.YjP().nullish(),
    container: schemas/* string */.YjP()
        .regex(/^[0-9a-f]{64}$/)
        .nullish(),
});
/** Reads the owner label; null where it is missing or not ours. */
function parseOwner(label) {
    try {
        return ownerSchema.parse(JSON.parse(label));
    }
    catch {
        return null; // no owner can be read: the deadline decides
    }
}
/**
 * Judges by proof alone (docs/architecture.md, "Owner and orphan"). An owner that is seen alive outweighs everything
 * else; a deadline counts only for one that cannot be asked.
 */
function judge(claim, witness) {
    const { owner, deadline } = claim;
    const asked = owner ? ask(owner, witness) : 'its owner label cannot be read';
    if (asked === 'alive')
        return { kind: 'alive' };
    if (asked === 'dead')
        return { kind: 'orphan', reason: 'owner-dead' };
    if (owner?.container && claim.ownerContainer === 'ended')
        return { kind: 'orphan', reason: 'owner-container-ended' };
    if (owner && isOfEarlierBoot(owner, claim, witness))
        return { kind: 'orphan', reason: 'earlier-boot' };
    if (deadline !== null && deadline < witness.nowSeconds)
        return { kind: 'orphan', reason: 'past-deadline' };
    return { kind: 'unproven', reason: asked };
}
/** Looks for the owner's process: its state where that can be seen from here, else why not. */
function ask(owner, { self, startTime, exists }) {
    if (owner.host !== self.host)
        return `its owner is on host ${owner.host}`;
    if (owner.boot === null || self.boot === null)
        return 'this system has no boot id';
    if (owner.boot !== self.boot)
        return 'its owner is of another boot, or of another machine of this name';
    if (owner.pidNamespace === null || owner.pidNamespace !== self.pidNamespace)
        return 'its owner is in another pid namespace';
    if (owner.start === null)
        return 'its owner’s start time is not known';
    const start = startTime(owner.pid);
    if (start === owner.start)
        return 'alive';
    return start === null && exists(owner.pid) ? `process ${owner.pid} is hidden from us` : 'dead';
}
/** True where both name one host and do not share a boot: an earlier one of this machine, or another machine's. */
const isOfAnotherBoot = (owner, self) => owner.host === self.host && owner.boot !== null && self.boot !== null && owner.boot !== self.boot;
/** Clocks are read to the second, and the engine's is asked over a socket. */
const CLOCK_SECONDS = 5;
/**
 * Made before this machine was started, by a process of this machine. Another boot id proves neither: machines that were
 * cloned share name and machine id, but not their network cards.
 */
function isOfEarlierBoot(owner, claim, { self, bootSeconds }) {
    const { created, ownerContainer } = claim;
    if (!isOfAnotherBoot(owner, self) || ownerContainer === 'runs')
        return false;
    if (owner.machine && self.machine && owner.machine !== self.machine)
        return false;
    return created != null && bootSeconds != null && created < bootSeconds - CLOCK_SECONDS;
}

;// CONCATENATED MODULE: ./build/ownership/labels.js
/** The keys of our labels. */
const LABEL = {
    managed: 'acode.managed',
    session: 'acode.session',
    task: 'acode.task',
    /** The task's id as the user wrote it; `acode.task` is what names it. */
    taskId: 'acode.task-id',
    repository: 'acode.repository',
    job: 'acode.job',
    runner: 'acode.runner',
    version: 'acode.version',
    owner: 'acode.owner',
    deadline: 'acode.deadline',
    /** Of cache volumes only: the name that the user gives to the cache. */
    cache: 'acode.cache',
    /** Of containers only: whether they have to give something of the runner's back. Which, a note of the runner's says. */
    shared: 'acode.shared',
};
/**
 * All labels of a container: ours, then the user's, which cannot replace ours. All of ours are always set,
 * the empty ones too: what is not set a container has from its image.
 */
function labelsOf(facts, users) {
    return {
        ...users,
        [LABEL.managed]: 'true',
        [LABEL.session]: facts.session,
        [LABEL.task]: facts.task,
        ...(facts.taskId !== undefined && { [LABEL.taskId]: facts.taskId }),
        [LABEL.repository]: facts.repository,
        [LABEL.job]: facts.job,
        [LABEL.runner]: facts.runner,
        [LABEL.version]: facts.version,
        [LABEL.owner]: JSON.stringify(facts.owner),
        [LABEL.deadline]: String(facts.deadline),
    };
}
/** The label of a container alone, beside the others. */
const sharedLabel = (shared) => ({
    [LABEL.shared]: shared ?? '',
});
/** Reads the label; what is not known may have to be given back. */
function parseShared(label) {
    if (label === '')
        return null;
    return label === 'own' ? 'own' : 'foreign';
}

;// CONCATENATED MODULE: ./build/ownership/managed.js





/** This process as the witness of who is dead. */
function witnessNow() {
    return {
        self: processIdentity(),
        nowSeconds: Date.now() / 1000,
        bootSeconds: bootSeconds(),
        startTime: startTime,
        exists: exists,
    };
}
/** True for the name of a run's own container, or the same with a suffix that begins with a full stop. */
function isNamedAsLabelled(name, session, task) {
    if (!/^[a-z0-9]+$/.test(session) || !/^[a-z0-9-]+$/.test(task))
        return false;
    const own = `acode-${session}-${task}`;
    return name === own || name.startsWith(`${own}.`);
}
const LISTED = [LABEL.session, LABEL.task, LABEL.owner, LABEL.deadline, LABEL.shared];
/** Everything on the engine that has a name and labels such as we give, whoever's it is. Cache volumes are not among it. */
async function listManaged(docker, kind) {
    const { list, fields: own } = LISTS[kind];
    const fields = [...own, ...LISTED.map((label) => `(.Label "${label}")`)];
    const text = await docker.call([
        ...list,
        ...['--filter', `label=${LABEL.managed}=true`],
        ...['--format', fields.map((field) => `{{json ${field}}}`).join('\t')],
    ], { timeoutMs: BOUNDS.query });
    return managed_linesOf(text).flatMap((line) => parseListed(kind, line));
}
/** How the CLI lists each kind, and what it calls id, name and time of creation; of volumes it does not list that. */
const LISTS = {
    container: { list: ['ps', '--all', '--no-trunc'], fields: ['.ID', '.Names', '.CreatedAt'] },
    volume: { list: ['volume', 'ls'], fields: ['.Name', '.Name', '""'] },
    network: { list: ['network', 'ls', '--no-trunc'], fields: ['.ID', '.Name', '.CreatedAt'] },
};
function parseListed(kind, line) {
    const [id = '', name = '', created = '', session = '', task = '', owner = '', deadline = '', shared = ''] = line.split('\t').map((part) => String(JSON.parse(part)));
    if (!isNamedAsLabelled(name, session, task))
        return [];
    return [
        {
            ...{ kind, id, name, shared: parseShared(shared) },
            ...{ owner: parseOwner(owner), deadline: parseDeadline(deadline), created: parseTime(created) },
        },
    ];
}
/** A container by its name, where it is named and labelled as ours are; null where there is none, or another's. */
async function findManaged(docker, name) {
    const all = await listManaged(docker, 'container');
    return all.find((one) => one.name === name) ?? null;
}
const parseDeadline = (label) => (/^\d{1,12}$/.test(label) ? Number(label) : null);
/** A time as the engine's lists (`2026-03-01 12:00:00 +0000 UTC`) or objects (RFC 3339) have it, in epoch seconds. */
function parseTime(text) {
    const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|[+-]\d\d:?\d\d)/.exec(text);
    if (!match)
        return null;
    const [, day, time, zone = ''] = match;
    const seconds = Date.parse(`${day}T${time}${zone.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`) / 1000;
    return Number.isFinite(seconds) ? seconds : null;
}
/**
 * Asks the engine for what a judgment needs beside labels and processes: its clock, by which containers are dated, when
 * volumes were made, and whether containers in which owners ran are still there. Asked only where it decides.
 *
 * Assumed: the clocks of the owner's machine and of the engine agree when the deadline is written. That of the judge
 * may go wrong: what has a deadline has passed it by the engine's clock, too.
 */
async function gatherEvidence(docker, claims, witness) {
    const { self, nowSeconds } = witness;
    const open = claims.filter((claim) => {
        const { kind } = judge({ owner: claim.owner, deadline: null }, witness);
        return kind === 'unproven';
    });
    const rebooted = open.filter(({ owner }) => owner !== null && isOfAnotherBoot(owner, self));
    const isClockAsked = rebooted.length > 0 || open.some(({ deadline }) => (deadline ?? nowSeconds) < nowSeconds);
    const [ahead, containers, volumes] = await Promise.all([
        isClockAsked ? engineAhead(docker) : 0,
        runningOwners(docker, open),
        volumeTimes(docker, rebooted),
    ]);
    return {
        witness: { ...witness, nowSeconds: Math.min(nowSeconds, nowSeconds + ahead) },
        claims: claims.map((claim) => {
            const created = claim.created ?? volumes.get(claim.id) ?? null;
            const container = claim.owner?.container;
            return {
                ...claim,
                created: created === null ? null : created - ahead,
                ownerContainer: container ? (containers.get(container) ?? null) : null,
            };
        }),
    };
}
/** By how many seconds the engine's clock is ahead of ours; 0 for an engine that does not say what time it is. */
async function engineAhead(docker) {
    const asked = Date.now() / 1000;
    const answer = await docker
        .call(['info', '--format', '{{.SystemTime}}'], { timeoutMs: BOUNDS.query })
        .catch((error) => {
        if (error instanceof EngineError && error.kind === 'failed')
            return '';
        throw error;
    });
    const engine = parseTime(answer);
    return engine === null ? 0 : engine - (asked + Date.now() / 1000) / 2;
}
/** Of each container in which an owner ran, whether it is still there. */
async function runningOwners(docker, claims) {
    const ids = [...new Set(claims.flatMap(({ owner }) => owner?.container ?? []))];
    const found = new Map(ids.map((id) => [id, 'ended']));
    if (ids.length === 0)
        return found;
    const text = await docker.call([
        ...['ps', '--all', '--no-trunc', '--format', '{{.ID}}\t{{.State}}'],
        ...ids.flatMap((id) => ['--filter', `id=${id}`]),
    ], { timeoutMs: BOUNDS.query });
    for (const [id = '', state = ''] of managed_linesOf(text).map((line) => line.split('\t')))
        if (!/^(exited|dead|removing)$/.test(state))
            found.set(id, 'runs');
    return found;
}
async function volumeTimes(docker, claims) {
    const names = claims.filter(({ kind }) => kind === 'volume').map(({ id }) => id);
    const found = await inspectAll(docker, 'volume', names, ['.Name', '.CreatedAt']);
    return new Map(found.map(([name, created]) => [String(name), parseTime(String(created))]));
}
/**
 * Whose labels may not be their own: a container has those of its image, too, which anybody can have made of one of our
 * containers (`docker commit`). An owner or a deadline that the image does not have was given to this container.
 * @returns by id, of containers alone; those without a doubt are not there
 */
async function findDoubts(docker, all) {
    const ids = all.filter(({ kind }) => kind === 'container').map(({ id }) => id);
    const containers = await inspectAll(docker, 'container', ids, ['.Id', '.Image', '.Config.Labels']);
    const images = await inspectAll(docker, 'image', [...new Set(containers.map(([, image]) => String(image)))], ['.Id', '.Config']);
    const labelsOfImage = new Map(images.map(([id, config]) => [String(id), configSchema.parse(config)]));
    return new Map(containers.flatMap(([id, image, labels]) => {
        const own = labelsSchema.parse(labels);
        const inherited = labelsOfImage.get(String(image));
        if (inherited === undefined)
            return [[String(id), 'image-gone']];
        return hasOwnLabels(own, inherited) ? [] : [[String(id), 'inherited']];
    }));
}
/** True where a container's labels say whose it is in words that its image does not have. */
function hasOwnLabels(own, image) {
    const isOwn = (key) => own[key] !== undefined && own[key] !== image[key];
    return own[LABEL.owner] === undefined ? isOwn(LABEL.deadline) : isOwn(LABEL.owner);
}
/** Labels as the engine has them; null where there are none. */
const labelsSchema = schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP())
    .nullish()
    .transform((labels) => labels ?? {});
const configSchema = schemas/* object */.Ikc({ Labels: labelsSchema })
    .nullish()
    .transform((config) => config?.Labels ?? {});
/** Fields of many objects in one call; those that are gone meanwhile are left out. */
async function inspectAll(docker, kind, ids, fields) {
    if (ids.length === 0)
        return [];
    const args = [kind, 'inspect', '--format', fields.map((field) => `{{json ${field}}}`).join('\t')];
    const parse = (text) => managed_linesOf(text).map((line) => line.split('\t').map((part) => JSON.parse(part)));
    try {
        return parse(await docker.call([...args, ...ids], { timeoutMs: BOUNDS.query }));
    }
    catch (error) {
        if (!(error instanceof EngineError) || error.kind !== 'failed')
            throw error;
        const one = async (id) => parse((await docker.find([...args, id])) ?? '');
        return (await Promise.all(ids.map(one))).flat();
    }
}
const managed_linesOf = (text) => text.split('\n').filter((line) => line !== '');
/** True for what this owner made. */
const isOf = (owner) => (one) => one.owner !== null && isSameProcess(one.owner, owner);

;// CONCATENATED MODULE: ./build/host/held-folder.js



/** Where Linux shows each open file by its number, and leads to it whatever its path is by then. */
const OPEN_FILES = '/proc/self/fd';
const SHOWS_OPEN_FILES = (0,external_node_fs_.existsSync)(OPEN_FILES);
/** A path does not lead to a folder, or leads there over a link. */
class NoFolderError extends Error {
    name = 'NoFolderError';
    constructor(path) {
        super(`${path} is no folder there`);
    }
}
const isNotThere = (error) => error instanceof Error && 'code' in error && /^(ENOENT|ENOTDIR|ELOOP)$/.test(String(error.code));
/** A path below a folder, whose bytes are one a character (latin1). */
const bytesBelow = (folder, name) => Buffer.concat([folder, Buffer.from('/'), Buffer.from(name, 'latin1')]);
/**
 * A folder that is held open. What is done to its entries is done in that very folder, also where somebody puts a
 * link in the place of it, or of one above it, meanwhile. Names are bytes, one a character (latin1).
 */
class held_folder_HeldFolder {
    #handle;
    #path;
    constructor(handle, path) {
        this.#handle = handle;
        this.#path = SHOWS_OPEN_FILES ? Buffer.from(`${OPEN_FILES}/${handle.fd}`) : path;
    }
    /**
     * Opens a folder; links are followed on the way to it, but not as the last part.
     * @throws Error of the system where nothing is there, or no folder
     */
    static async open(path) {
        const flags = external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_DIRECTORY | external_node_fs_.constants.O_NOFOLLOW;
        return new held_folder_HeldFolder(await (0,external_node_fs_promises_.open)(path, flags), Buffer.from(path));
    }
    /** The path of an entry, for the system's calls: right as long as the folder is open. */
    entry(name) {
        return bytesBelow(this.#path, name);
    }
    /**
     * Does work in the folder at a path below this one ('' is this one itself).
     * @throws NoFolderError where a part of the path is a link, or no folder
     */
    async within(path, work) {
        let folder = this;
        try {
            for (const name of path === '' ? [] : path.split('/')) {
                const below = await held_folder_HeldFolder.open(folder.entry(name)).catch((error) => {
                    throw isNotThere(error) ? new NoFolderError(path) : error;
                });
                if (folder !== this)
                    await folder.close();
                folder = below;
            }
            return await work(folder);
        }
        finally {
            if (folder !== this)
                await folder.close();
        }
    }
    /** What tells this folder from any other, also from one that gets its place and its number later. */
    async identity() {
        return folderIdentity(await this.#handle.stat({ bigint: true }));
    }
    /** Removes an entry and all below it; nothing there is fine. */
    async remove(name) {
        await files_removeFolder(this.entry(name));
    }
    /** Removes all entries. */
    async empty() {
        const names = await (0,external_node_fs_promises_.readdir)(bytesBelow(this.#path, '.'), { encoding: 'buffer' });
        for (const name of names)
            await this.remove(name.toString('latin1'));
    }
    /** Removes an empty folder; false where somebody's files are in it, or there is none. */
    removeIfEmpty(name) {
        return (0,external_node_fs_promises_.rmdir)(this.entry(name)).then(() => true, () => false);
    }
    /** What an entry is; null where there is none. */
    async stat(name) {
        return (0,external_node_fs_promises_.lstat)(this.entry(name), { bigint: true }).catch((error) => {
            if (isNotThere(error))
                return null;
            throw error;
        });
    }
    /** Waits until the names in the folder are on the disk. */
    sync() {
        return this.#handle.sync();
    }
    close() {
        return this.#handle.close();
    }
}
/** Device, number and time of birth: numbers are given again once a folder is gone. */
const folderIdentity = (state) => `folder ${state.dev} ${state.ino} ${state.birthtimeNs}`;

;// CONCATENATED MODULE: ./build/ownership/privileges.js





/** Set user id and set group id: who runs such a file becomes its owner, or of its group. */
const SET_ID = 0o6000;
/** Opens what is at a path without permission to read it (Linux; node has no name for it). */
const privileges_O_PATH = 0o10000000;
/**
 * Takes away what a task, which has ended, left in a folder or file of the runner's that would act there with the
 * rights of others: of files that changed since then the set user and group id, and device nodes. A file that was so
 * before is left as it was; the kernel sets the time of change, so that no task can hide one. No link is followed.
 * @param path absolute, and free of links when the task began
 * @param since epoch milliseconds before the task began
 */
async function takePrivileges(path, since, signal) {
    const walk = { since: BigInt(since), signal, taken: [], failed: [] };
    const root = await held_folder_HeldFolder.open('/');
    try {
        const name = Buffer.from(path).subarray(Buffer.byteLength((0,external_node_path_.dirname)(path)) + ((0,external_node_path_.dirname)(path) === '/' ? 0 : 1));
        const folder = Buffer.from((0,external_node_path_.relative)('/', (0,external_node_path_.dirname)(path))).toString('latin1');
        await root.within(folder, async (parent) => {
            const found = await parent.stat(name.toString('latin1'));
            if (found !== null)
                await privileges_visit(walk, parent, name.toString('latin1'), path, found, found.dev);
        });
    }
    catch (error) {
        if (!(error instanceof NoFolderError))
            throw error; // else it is gone, with what was in it
    }
    finally {
        await root.close();
    }
    return walk;
}
async function privileges_visit(walk, parent, name, path, found, device) {
    walk.signal?.throwIfAborted();
    try {
        if (found.isDirectory())
            await visitFolder(walk, parent, name, path, found, device);
        else if (found.ctimeMs < walk.since)
            return;
        else if (found.isFile() && (found.mode & BigInt(SET_ID)) !== 0n) {
            await setMode(parent, name, Number(found.mode) & 0o777);
            walk.taken.push(path);
        }
        else if ((found.isCharacterDevice() || found.isBlockDevice()) && found.dev === device) {
            // Those of another file system, such as a mounted /dev, no task has made.
            await (0,external_node_fs_promises_.unlink)(parent.entry(name));
            walk.taken.push(path);
        }
    }
    catch (error) {
        walk.signal?.throwIfAborted();
        walk.failed.push(`${path}: ${errors_messageOf(error)}`);
    }
}
async function visitFolder(walk, parent, name, path, found, device) {
    const mode = Number(found.mode) & 0o7777;
    const isClosed = (mode & 0o700) !== 0o700 && found.uid === BigInt(process.getuid?.() ?? 0);
    // A task may close its own folder to its owner, who is the runner's user.
    if (isClosed)
        await setMode(parent, name, mode | 0o700);
    try {
        await parent.within(name, async (folder) => {
            for (const entry of await (0,external_node_fs_promises_.readdir)(folder.entry('.'), { encoding: 'buffer' })) {
                const below = entry.toString('latin1');
                const state = await folder.stat(below);
                if (state !== null)
                    await privileges_visit(walk, folder, below, `${path}/${entry}`, state, device);
            }
        });
    }
    finally {
        if (isClosed)
            await setMode(parent, name, mode);
    }
}
/** Changes the mode of just what is there, never of what a link there leads to. */
async function setMode(parent, name, mode) {
    const file = await (0,external_node_fs_promises_.open)(parent.entry(name), privileges_O_PATH | external_node_fs_.constants.O_NOFOLLOW);
    try {
        if ((await file.stat()).isSymbolicLink())
            throw new Error('it is a link now');
        await (0,external_node_fs_promises_.chmod)(`/proc/self/fd/${file.fd}`, mode);
    }
    finally {
        await file.close();
    }
}

;// CONCATENATED MODULE: ./build/formats/tar-writer.js
const BLOCK = 512;
const FLAGS = { file: '0', 'hard-link': '1', link: '2', folder: '5' };
/** What the octal fields of ustar hold; above, a pax record says it. */
const LARGEST_SIZE = 0o77777777777;
const LARGEST_ID = 0o7777777;
/**
 * Writes a tar archive (ustar with pax records) entry by entry, names byte for byte. A file that shrinks while
 * it is read is filled with zeros, one that grows is cut, so that the archive stays whole.
 */
async function* writeTar(entries) {
    for await (const entry of entries) {
        const size = entry.type === 'file' ? (entry.size ?? 0) : 0;
        const records = paxRecords(entry, size);
        if (records.length > 0) {
            yield header({ ...entry, path: 'pax', type: 'file' }, records.length, 'x');
            yield padded(records);
        }
        yield header(entry, size, FLAGS[entry.type]);
        if (size > 0)
            yield* body(entry.content ?? [], size);
    }
    yield Buffer.alloc(2 * BLOCK);
}
async function* body(content, size) {
    let left = size;
    for await (const chunk of content) {
        const part = chunk.subarray(0, left);
        left -= part.length;
        if (part.length > 0)
            yield part;
        if (left === 0)
            break;
    }
    for (; left > 0; left -= BLOCK)
        yield Buffer.alloc(Math.min(left, BLOCK));
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (padding > 0)
        yield Buffer.alloc(padding);
}
function header(entry, size, flag) {
    const block = Buffer.alloc(BLOCK);
    const name = entry.type === 'folder' ? `${entry.path}/` : entry.path;
    block.write(name.slice(0, 100), 0, 'latin1');
    const octal = (value, at, length) => block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
    octal(entry.mode & 0o7777, 100, 8);
    octal(Math.min(entry.uid, LARGEST_ID), 108, 8);
    octal(Math.min(entry.gid, LARGEST_ID), 116, 8);
    octal(Math.min(size, LARGEST_SIZE), 124, 12);
    octal(0, 136, 12);
    block.write('        ', 148, 'latin1');
    block.write(flag, 156, 'latin1');
    block.write((entry.target ?? '').slice(0, 100), 157, 'latin1');
    block.write('ustar\x0000', 257, 'latin1');
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return block;
}
function paxRecords(entry, size) {
    const name = entry.type === 'folder' ? `${entry.path}/` : entry.path;
    const records = [];
    if (needsPax(name))
        records.push(['path', name]);
    if (entry.target !== undefined && needsPax(entry.target))
        records.push(['linkpath', entry.target]);
    if (size > LARGEST_SIZE)
        records.push(['size', String(size)]);
    if (entry.uid > LARGEST_ID)
        records.push(['uid', String(entry.uid)]);
    if (entry.gid > LARGEST_ID)
        records.push(['gid', String(entry.gid)]);
    return Buffer.from(records.map(([key, value]) => record(key, value)).join(''), 'latin1');
}
const needsPax = (name) => name.length > 100 || /[^\x20-\x7e]/.test(name);
/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function record(key, value) {
    const rest = ` ${key}=${value}\n`;
    let length = rest.length;
    while (length !== rest.length + String(length).length)
        length = rest.length + String(length).length;
    return `${length}${rest}`;
}
function padded(bytes) {
    return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

;// CONCATENATED MODULE: ./build/host/sparse.js

/** What file systems keep in one piece at least: holes that are smaller save nothing. */
const sparse_BLOCK = 64 * 1024;
const ZEROS = Buffer.alloc(sparse_BLOCK);
/** Writes a file without its blocks of zeros: what was sparse, and what a copy of it was filled with, takes no room. */
async function sparse_writeSparse(path, content) {
    const file = await open(path, 'w');
    try {
        let size = 0;
        for await (const chunk of content) {
            for (const [from, to] of filledIn(chunk))
                await file.write(chunk, from, to - from, size + from);
            size += chunk.length;
        }
        await file.truncate(size);
    }
    finally {
        await file.close();
    }
}
/** The parts of a chunk that are more than zeros, in whole blocks. */
function filledIn(chunk) {
    const parts = [];
    for (let from = 0; from < chunk.length; from += sparse_BLOCK) {
        const to = Math.min(from + sparse_BLOCK, chunk.length);
        if (ZEROS.compare(chunk, from, to, 0, to - from) === 0)
            continue;
        const last = parts.at(-1);
        if (last?.[1] === from)
            last[1] = to;
        else
            parts.push([from, to]);
    }
    return parts;
}

;// CONCATENATED MODULE: ./build/formats/tar-reader.js




const tar_reader_BLOCK = 512;
const TYPES = {
    '0': 'file',
    '\0': 'file',
    '1': 'hard-link',
    '2': 'link',
    '3': 'character-device',
    '5': 'folder',
};
/**
 * Reads a tar archive as engines write it: ustar with pax records, or GNU long names. Names are kept byte for
 * byte, which libraries that decode them do not do.
 * @throws Error where the archive ends early or is none
 */
async function* readTar(archive) {
    const bytes = new ByteReader(archive);
    let extended = new Map();
    for (;;) {
        const header = await bytes.exactly(tar_reader_BLOCK);
        if (header === null)
            throw new Error('the tar archive has no mark of its end');
        if (header.every((byte) => byte === 0))
            return bytes.drain();
        const field = (from, length) => header.subarray(from, from + length);
        const size = Number(extended.get('size') ?? number(field(124, 12)));
        const kind = String.fromCharCode(header[156] ?? 0);
        if (kind === 'x' || kind === 'g' || kind === 'L' || kind === 'K') {
            const body = await bytes.padded(size);
            if (kind === 'x')
                extended = new Map([...extended, ...tar_reader_paxRecords(body)]);
            if (kind === 'L')
                extended.set('path', tar_reader_text(body));
            if (kind === 'K')
                extended.set('linkpath', tar_reader_text(body));
            continue;
        }
        const prefix = tar_reader_text(field(345, 155));
        const name = tar_reader_text(field(0, 100));
        const content = bytes.content(size);
        yield {
            path: (extended.get('path') ?? (prefix === '' ? name : `${prefix}/${name}`)).replace(/\/+$/, ''),
            type: TYPES[kind] ?? 'other',
            mode: number(field(100, 8)) & 0o7777,
            size,
            target: extended.get('linkpath') ?? tar_reader_text(field(157, 100)),
            device: [number(field(329, 8)), number(field(337, 8))],
            content,
        };
        for await (const _ of content)
            ; // what nobody read
        await bytes.skipPadding(size);
        extended = new Map();
    }
}
/** The path of an entry without its first part, which is the name of the folder that was asked for. */
const tar_reader_withoutRoot = (path) => path.split('/').slice(1).join('/');
/** What of an archive is passed over for want of a budget, in bytes, before the rest is given up as well. */
const MOST_SKIPPED = (/* unused pure expression or super */ null && (1024 ** 3));
/**
 * The entries of an archive that fit into a budget; the others are left out, and noted. A further name of a file
 * counts like the file: whoever copies it has it once more.
 * @throws OverBudgetError where the archive is not read to its end
 */
async function* tar_reader_readTarWithin(archive, budget) {
    const sizes = new Map();
    let skipped = 0;
    for await (const item of readTar(archive)) {
        const size = item.type === 'hard-link' ? (sizes.get(item.target) ?? 0) : item.size;
        if (budget.take(item.path, size)) {
            if (size > 0)
                sizes.set(item.path, size);
            yield item;
            continue;
        }
        skipped += item.size;
        if (skipped > MOST_SKIPPED)
            budget.require(item.path, size);
        budget.requireTime();
    }
}
/**
 * Writes what a task left in a folder, from an archive of it, as far as the budget goes. Names that lead elsewhere
 * are left out: the archive's content is not to be trusted. Links come last, so that nothing is written through one;
 * what is neither file nor link stands as a link to {@link NO_FILE}, for whoever collects the folder to name.
 * @throws OverBudgetError where the archive is not read to its end
 */
async function extractFiles(archive, folder, budget) {
    const files = new Set();
    const folders = new Set();
    const links = new Map();
    for await (const item of tar_reader_readTarWithin(archive, budget)) {
        const path = inside(folder, item.path);
        if (path === null)
            continue;
        if (item.type === 'folder')
            continue;
        const first = item.type === 'hard-link' ? inside(folder, item.target) : null;
        const above = dirname(path);
        if (!folders.has(above))
            await mkdir(Buffer.from(above, 'latin1'), { recursive: true });
        folders.add(above);
        if (item.type === 'file')
            await tar_reader_writeItem(Buffer.from(path, 'latin1'), item);
        else if (first !== null && files.has(first))
            await copyFile(Buffer.from(first, 'latin1'), Buffer.from(path, 'latin1'));
        else {
            links.set(path, item.type === 'link' ? item.target : NO_FILE);
            continue;
        }
        files.add(path);
    }
    for (const [path, target] of links)
        await symlink(Buffer.from(target, 'latin1'), Buffer.from(path, 'latin1')).catch(unlessThere);
}
/** Up to this size a file goes through memory in one piece, which takes half the time of a stream. */
const tar_reader_IN_MEMORY = (/* unused pure expression or super */ null && (1024 * 1024));
/** Writes the content of a file to where it is kept. */
async function tar_reader_writeItem(path, item) {
    if (item.size <= tar_reader_IN_MEMORY)
        await writeFile(path, await bytesOf(item));
    else
        await writeSparse(path, item.content);
}
/** The content of an entry of an archive, in one piece. */
async function bytesOf({ content }) {
    const chunks = [];
    for await (const chunk of content)
        chunks.push(chunk);
    return Buffer.concat(chunks);
}
/** A name that an archive gives twice is what it was first. */
function unlessThere(error) {
    if (error.code !== 'EEXIST')
        throw error;
}
/** What a link names that stands for a pipe, socket or device. */
const NO_FILE = 'no-file';
/** A path of an archive as one below a folder; null where it leads elsewhere. */
function inside(folder, name) {
    const root = Buffer.from(folder).toString('latin1');
    const path = join(root, normalize(name));
    return name.startsWith('/') || path === root || !isWithin(path, root) ? null : path;
}
const tar_reader_text = (field) => field.toString('latin1').replace(/\0[\s\S]*$/, '');
/** Octal text, or binary where the first bit is set (GNU, for sizes over 8 GiB). */
function number(field) {
    if ((field[0] ?? 0) & 0x80)
        return Number(BigInt(`0x${field.subarray(1).toString('hex')}`));
    return Number.parseInt(tar_reader_text(field).trim() || '0', 8);
}
/** Records `LENGTH KEY=VALUE\n`, the length being that of the whole record (POSIX pax). */
function tar_reader_paxRecords(body) {
    const records = new Map();
    for (let at = 0; at < body.length;) {
        const blank = body.indexOf(' ', at);
        const length = Number(body.toString('latin1', at, blank));
        if (blank < 0 || !(length > 0))
            break;
        const record = body.toString('latin1', blank + 1, at + length - 1);
        const equals = record.indexOf('=');
        records.set(record.slice(0, equals), record.slice(equals + 1));
        at += length;
    }
    return records;
}
/** Takes bytes from a stream in the portions that a format asks for. */
class ByteReader {
    chunks;
    rest = Buffer.alloc(0);
    constructor(stream) {
        this.chunks = stream[Symbol.asyncIterator]();
    }
    /** So many bytes; null at the end of the stream. */
    async exactly(length) {
        const parts = [];
        for (let missing = length; missing > 0;) {
            const part = await this.some(missing);
            if (part === null && parts.length === 0)
                return null;
            if (part === null)
                throw new Error('the tar archive ends in the middle of an entry');
            parts.push(part);
            missing -= part.length;
        }
        return Buffer.concat(parts);
    }
    async padded(size) {
        const body = size === 0 ? Buffer.alloc(0) : await this.exactly(size);
        if (body === null)
            throw new Error('the tar archive ends in the middle of an entry');
        await this.skipPadding(size);
        return body;
    }
    async skipPadding(size) {
        const padding = (tar_reader_BLOCK - (size % tar_reader_BLOCK)) % tar_reader_BLOCK;
        if (padding > 0)
            await this.exactly(padding);
    }
    /** So many bytes as they come; can be read once. */
    async *content(size) {
        for (let missing = size; missing > 0;) {
            const part = await this.some(missing);
            if (part === null)
                throw new Error('the tar archive ends in the middle of an entry');
            missing -= part.length;
            yield part;
        }
    }
    /** Reads on to the end, so that whoever writes the archive is not cut off. */
    async drain() {
        while (!(await this.chunks.next()).done)
            ;
    }
    async some(most) {
        if (this.rest.length === 0) {
            const next = await this.chunks.next();
            if (next.done)
                return null;
            this.rest = next.value;
        }
        const part = this.rest.subarray(0, most);
        this.rest = this.rest.subarray(part.length);
        return part;
    }
}

;// CONCATENATED MODULE: ./build/workspace/changes.js





/** A path of bytes as the system's calls take it. */
const changes_systemPath = (folder, path) => Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(path, 'latin1')]);
/**
 * What is at a path of a folder; null where nothing is. A link on the way leads out of the folder, and to what is
 * none of its own.
 */
async function statInside(folder, path) {
    const found = await lstat(path === '' ? folder : changes_systemPath(folder, path)).catch(() => null);
    if (found === null)
        return null;
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
        const above = await lstat(changes_systemPath(folder, parts.slice(0, depth).join('/'))).catch(() => null);
        if (!above?.isDirectory())
            return null;
    }
    return found;
}
/** Characters that HFS+ does not see in a name (git's utf8.c, `next_hfs_char`). */
const UNSEEN = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
/** What is a git folder on some file system: case, NTFS's short name, ends and streams (git's path.c, `is_ntfs_dotgit`). */
const GIT_FOLDER = /^(\.git|git~1)[ .]*([:\\].*)?$/is;
const isGitFolder = (name) => GIT_FOLDER.test(Buffer.from(name, 'latin1').toString().replace(UNSEEN, ''));
/** True for a git folder at any depth and what is in it: git refuses such paths, however they are spelt. */
const inGitFolder = (path) => path.split('/').some(isGitFolder);
/** The folders that a path is in, the outermost first. */
function foldersAbove(path) {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, depth) => parts.slice(0, depth + 1).join('/'));
}
/** All files and links at or below a path of a folder; none where nothing is there. */
async function changes_filesBelow(folder, path) {
    const found = await statInside(folder, path);
    return found === null ? [] : filesOf(folder, path, found);
}
async function filesOf(folder, path, state) {
    if (!state.isDirectory())
        return state.isFile() || state.isSymbolicLink() ? [path] : [];
    const found = [];
    const full = path === '' ? folder : changes_systemPath(folder, path);
    for (const entry of await readdir(full, { encoding: 'buffer', withFileTypes: true }).catch(unlessClosed)) {
        const inner = await filesOf(folder, joinPath(path, entry.name.toString('latin1')), entry);
        for (const one of inner)
            found.push(one);
    }
    return found;
}
/** What is in a folder that lets this process not in was in no copy of it. */
function unlessClosed(error) {
    if (isErrno(error, 'EACCES', 'EPERM'))
        return [];
    throw error;
}
const joinPath = (folder, name) => (folder === '' ? name : `${folder}/${name}`);
/** The state of a file of a folder; null where there is none, or no file. */
async function stateOf(folder, path) {
    const full = changes_systemPath(folder, path);
    const found = await statInside(folder, path);
    if (found?.isSymbolicLink())
        return { mode: '120000', content: { bytes: await readlink(full, { encoding: 'buffer' }) } };
    return found?.isFile() ? { mode: fileMode(found.mode), content: { file: full } } : null;
}
/** Git keeps of a file's mode whether its owner may run it. */
const fileMode = (mode) => (mode & 0o100 ? '100755' : '100644');
/** True where both are the same file to git. One that this process may not read is like no other. */
async function isSame(one, other) {
    if (one === null || one.mode !== other.mode)
        return false;
    if ((await sizeOf(one)) !== (await sizeOf(other)))
        return false;
    try {
        const [a, b] = await Promise.all([hashOf(one), hashOf(other)]);
        return a === b;
    }
    catch (error) {
        if (isErrno(error, 'EACCES', 'EPERM'))
            return false;
        throw error;
    }
}
/** True where there may be a file at a path that this process may not read, as others leave in a checkout. */
async function isClosed(folder, path) {
    const full = changes_systemPath(folder, path);
    try {
        if ((await lstat(full)).isFile())
            await access(full, constants.R_OK);
        return false;
    }
    catch (error) {
        return isErrno(error, 'EACCES', 'EPERM');
    }
}
/** The size of a file's content in bytes. */
async function sizeOf({ content }) {
    return 'bytes' in content ? content.bytes.length : (await lstat(content.file)).size;
}
/** A file's content as it is read. */
async function* chunksOf(state) {
    const { content } = state;
    if ('bytes' in content)
        yield content.bytes;
    else if ((await sizeOf(state)) <= IN_MEMORY)
        yield await readFile(content.file);
    else
        yield* createReadStream(content.file);
}
async function hashOf(state) {
    const hash = createHash('sha256');
    for await (const chunk of chunksOf(state))
        hash.update(chunk);
    return hash.digest('hex');
}

;// CONCATENATED MODULE: ./build/ownership/reclaim.js





/**
 * Gives what a task made as another user in a shared folder to the runner's user, through the engine: without it
 * the runner could neither overwrite nor delete it (actions/runner#434). No content is moved: the engine sets the
 * owner of a folder that an archive names, and of a file to which an archive makes a further hard link. One that
 * was killed is simply begun again.
 * @returns paths of files that were set user or group id, and are no longer
 */
async function reclaim(docker, container, target, folder, runner, signal) {
    const links = `.acode-owner-${container.slice(0, 12)}`;
    await files_removeFolder((0,external_node_path_.join)(folder, links));
    // A folder that only its owner could read shows what is in it once it has changed hands.
    for (let round = 0; round < DEEPEST; round++) {
        const folders = await foreignBelow(folder, '', runner.uid, true, signal);
        if (folders.length === 0)
            break;
        await docker.copyIn(container, target, writeTar(folders.map(({ path, mode }) => ({ path, type: 'folder', mode: mode | 0o700, ...runner.inside }))), signal);
    }
    const files = await foreignBelow(folder, '', runner.uid, false, signal);
    if (files.length === 0)
        return [];
    try {
        await docker.copyIn(container, target, writeTar(hardLinks(files, links, runner.inside)), signal);
    }
    finally {
        await files_removeFolder((0,external_node_path_.join)(folder, links));
    }
    for (const { path, mode, isFile } of files)
        if (isFile)
            await (0,external_node_fs_promises_.chmod)(changes_systemPath(folder, path), (mode & 0o777) | 0o600);
    return files.flatMap(({ path, mode, isFile }) => (isFile && mode & 0o6000 ? [path] : []));
}
/** Folders nested deeper than this, each readable by its owner only, are somebody's joke. */
const DEEPEST = 100;
function* hardLinks(files, folder, owner) {
    yield { path: folder, type: 'folder', mode: 0o700, ...owner };
    let count = 0;
    for (const { path, mode } of files)
        yield { path: `${folder}/${count++}`, type: 'hard-link', target: path, mode: mode & 0o1777, ...owner };
}
/** What belongs to somebody else below a folder: either folders, or all else. Unreadable folders are passed over. */
async function foreignBelow(folder, path, uid, folders, signal) {
    signal?.throwIfAborted();
    const found = [];
    const here = path === '' ? folder : changes_systemPath(folder, path);
    for (const name of await (0,external_node_fs_promises_.readdir)(here, { encoding: 'buffer' }).catch(() => [])) {
        const below = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`;
        const state = await (0,external_node_fs_promises_.lstat)(changes_systemPath(folder, below)).catch(() => null);
        if (state === null)
            continue; // another one who gives back was here
        if (state.isDirectory())
            found.push(...(await foreignBelow(folder, below, uid, folders, signal)));
        if (state.uid !== uid && state.isDirectory() === folders)
            found.push({ path: below, mode: state.mode & 0o7777, isFile: state.isFile() });
    }
    return found;
}

;// CONCATENATED MODULE: ./build/ownership/restore.js







/** Folders of the runner that a task of another user writes to. */
const sharedSchema = schemas/* object */.Ikc({
    /** The runner's user, to whom everything in the folders is to belong. */
    uid: schemas/* int */.Whr(),
    gid: schemas/* int */.Whr(),
    /** The same user as the container knows it. */
    inside: schemas/* object */.Ikc({ uid: schemas/* int */.Whr(), gid: schemas/* int */.Whr() }),
    /** Epoch milliseconds before the task began: what changed since may be the task's. */
    since: schemas/* number */.aig(),
    /**
     * Each as the container has it, and where it is on the runner, free of links. `foreign`: what is in it may belong
     * to another user afterwards, and is given to the runner's.
     */
    folders: schemas/* array */.YOg(schemas/* object */.Ikc({ target: schemas/* string */.YjP(), folder: schemas/* string */.YjP(), foreign: schemas/* boolean */.zMY() })).min(1),
});
/** Whether something of the folders has to be given back. */
const kindOf = ({ folders }) => folders.some(({ foreign }) => foreign) ? 'foreign' : 'own';
/**
 * Gives what a container's task, which has ended, made in shared folders to the runner's user, and leaves no set user
 * or group id and no device of the task's in them. The log says what was taken.
 */
async function giveBack(docker, container, { folders, since, ...runner }, signal) {
    const taken = [];
    const failed = [];
    for (const { target, folder, foreign } of folders) {
        const given = foreign ? await reclaim(docker, container, target, folder, runner, signal) : [];
        taken.push(...given.map((path) => `${folder}/${Buffer.from(path, 'latin1')}`));
        const privileges = await look(folder, since, signal);
        taken.push(...privileges.taken);
        failed.push(...privileges.failed);
    }
    if (taken.length > 0)
        info(`Took set user and group ids and devices that the task left: ${few(taken)}`);
    if (failed.length > 0)
        warning(`Set user and group ids and devices that the task may have left could not be looked for or taken: ${few(failed)}. Look for them with: sudo find ${folders.map(({ folder }) => folder).join(' ')} -perm /6000 -o -type b -o -type c`, 'ACODE-CTN-002');
}
/** How long a folder is looked through: a mounted one may hold any number of files. */
const LOOK_MS = 60_000;
async function look(folder, since, signal) {
    const bound = AbortSignal.timeout(LOOK_MS);
    try {
        return await takePrivileges(folder, since, signal ? AbortSignal.any([signal, bound]) : bound);
    }
    catch (error) {
        if (!bound.aborted)
            throw error;
        return { taken: [], failed: [`${folder}: not all of it was seen in ${LOOK_MS / 1000} s`] };
    }
}
/** A few of many paths, on one line. */
const few = (paths) => `${paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path))
    .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
/** Of a cancelled job's 45 s for all of its post steps. */
const GIVE_BACK_MS = 15_000;
/**
 * Ends the task of a container whose main is gone and gives back what it made.
 * @returns why that could not be done, and what to do about it; null where it was
 */
async function tryGiveBack(docker, { id, name, owner }, shared) {
    // A folder of that name on another machine is not the one that was shared.
    if (owner?.host !== processIdentity().host)
        return null;
    try {
        await docker.call(['kill', id]).catch((error) => {
            if (!(error instanceof EngineError))
                throw error; // it has ended, or what follows tells
        });
        await giveBack(docker, id, shared, AbortSignal.timeout(GIVE_BACK_MS));
        return null;
    }
    catch (error) {
        const folders = shared.folders.map(({ folder }) => folder).join(' ');
        return `What ${name} wrote to ${folders} could not all be given to user ${shared.uid}: ${errors_sentence(errors_messageOf(error))} Give it back with: sudo chown -R ${shared.uid}:${shared.gid} ${folders}`;
    }
}

;// CONCATENATED MODULE: ./build/ownership/shared-notes.js









const noteSchema = schemas/* object */.Ikc({ name: schemas/* string */.YjP(), owner: ownerSchema, shared: sharedSchema });
const PREFIX = '_acode-shared-';
const NOTE = /^_acode-shared-[0-9a-f]{16}\.json$/;
const LONGEST = 1024 * 1024;
/**
 * The runner's own notes of the folders that it shares with containers whose tasks are other users. They decide whose
 * the files in these folders become, so they are believed only where the runner's user alone can have written them:
 * labels can be an image's. They are beside the runner's workspaces, which no job's start or end empties: they are of
 * use when main and post have both been killed.
 */
class shared_notes_SharedNotes {
    folder;
    constructor(env = process.env) {
        this.folder = env.RUNNER_WORKSPACE ? (0,external_node_path_.dirname)(env.RUNNER_WORKSPACE) : (env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)());
    }
    /** Written before the container is made. */
    async keep(name, owner, shared) {
        const path = (0,external_node_path_.join)(this.folder, `${PREFIX}${(0,external_node_crypto_.randomBytes)(8).toString('hex')}.json`);
        await (0,external_node_fs_promises_.writeFile)(path, JSON.stringify({ name, owner, shared }), { flag: 'wx', mode: 0o600 });
    }
    /** What was shared with this container; null where there is no note of it. */
    async find(container) {
        const notes = await this.all();
        return notes.find(({ note }) => shared_notes_isOf(note, container))?.note.shared ?? null;
    }
    /** Of a container that is gone. */
    async drop(container) {
        await this.remove((note) => shared_notes_isOf(note, container));
    }
    /** Of containers of dead owners that are none of `there`: somebody else removed them. */
    async forget(isDead, there) {
        await this.remove((note) => isDead(note) && !there.some((one) => shared_notes_isOf(note, one)));
    }
    async remove(which) {
        for (const { path, note } of await this.all())
            if (which(note))
                await (0,external_node_fs_promises_.rm)(path, { force: true });
    }
    async all() {
        const names = (await (0,external_node_fs_promises_.readdir)(this.folder).catch(() => [])).filter((name) => NOTE.test(name));
        const found = await Promise.all(names.map(async (name) => {
            const path = (0,external_node_path_.join)(this.folder, name);
            const note = await readOwn(path);
            return note === null ? [] : [{ path, note }];
        }));
        return found.flat();
    }
}
const shared_notes_isOf = (note, { name, owner }) => note.name === name && owner !== null && isSameProcess(note.owner, owner);
/** A note that nobody but our user can have written; null for anything else. */
async function readOwn(path) {
    const file = await (0,external_node_fs_promises_.open)(path, external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_NONBLOCK).catch(() => null);
    if (file === null)
        return null; // gone meanwhile, or another user's
    try {
        const { uid, mode, size } = await file.stat();
        const isOwn = (mode & external_node_fs_.constants.S_IFMT) === external_node_fs_.constants.S_IFREG && uid === process.geteuid?.() && (mode & 0o022) === 0;
        return isOwn && size <= LONGEST ? noteSchema.parse(JSON.parse(await file.readFile('utf8'))) : null;
    }
    catch {
        return null; // whatever it is, it is no note
    }
    finally {
        await file.close();
    }
}

;// CONCATENATED MODULE: ./build/ownership/removal.js






/** Containers hold volumes and networks: they go first. */
const ORDER = [['container'], ['volume', 'network']];
const KINDS = ORDER.flat();
/**
 * Removes every proven orphan, and says what was kept for want of proof (CTN-11). The container named `except` is in
 * the care of whoever makes or removes it now, and so is what it holds; and so is all of `owner`, whose end is known to
 * the caller.
 */
async function sweepOrphans(docker, except, owner = null) {
    const sweep = { orphans: [], kept: [], failed: [] };
    const notes = new shared_notes_SharedNotes();
    const listed = await Promise.all(KINDS.map((kind) => listManaged(docker, kind)));
    const { claims, witness } = await gatherEvidence(docker, listed.flat(), witnessNow());
    const isOwners = owner === null ? () => false : isOf(owner);
    const others = claims.filter((one) => one.name !== except && !isOwners(one));
    const orphans = others.filter(isOrphan(witness, sweep));
    const removable = await withoutDoubt(docker, orphans, sweep);
    // What the one that is cared for holds cannot be removed as long as it is there: that is no failure then.
    const cared = claims.find(({ name }) => name === except)?.owner;
    const holders = [];
    const isHeld = (one) => holders.some((owner) => isOf(owner)(one));
    for (const kinds of ORDER) {
        const all = removable.filter((one) => kinds.includes(one.kind) && !isHeld(one));
        await Promise.all(all.map(async (one) => {
            const mayGiveBackLater = (one.deadline ?? 0) > witness.nowSeconds;
            const removal = await end(docker, one, notes, mayGiveBackLater);
            if (removal.removed)
                sweep.orphans.push(one.name);
            if (removal.kept)
                sweep.kept.push({ name: one.name, reason: removal.kept });
            if (removal.kept && one.owner)
                holders.push(one.owner);
            if (removal.notGivenBack)
                sweep.failed.push(removal.notGivenBack);
            if (removal.failure !== null && !(cared && isOf(cared)(one)))
                sweep.failed.push(removal_stillThere(one.name, removal.failure, one.kind));
        }));
    }
    await notes.forget((note) => judge({ ...note, deadline: null }, witness).kind === 'orphan', claims);
    return sweep;
}
/** Whether it is proven an orphan; of what is not proven alive either, the sweep says why. */
const isOrphan = (witness, sweep) => (one) => {
    const verdict = judge(one, witness);
    if (verdict.kind === 'unproven')
        sweep.kept.push({ name: one.name, reason: verdict.reason });
    return verdict.kind === 'orphan';
};
/** Those whose labels are their own. Of those whose image is gone nobody knows: they are kept. */
async function withoutDoubt(docker, all, sweep) {
    const doubts = await findDoubts(docker, all);
    return all.filter(({ id, name }) => {
        if (doubts.get(id) === 'image-gone')
            sweep.kept.push({ name, reason: 'its image is gone, from which it may have its labels' });
        return !doubts.has(id);
    });
}
/**
 * Removes every container, volume and network with exactly this owner label, alive or not: the owner's own, or
 * those of a main that its post step succeeds.
 */
async function removal_removeOwned(docker, owner) {
    const result = { removed: [], failed: [] };
    const notes = new shared_notes_SharedNotes();
    for (const kinds of ORDER) {
        const listed = await Promise.all(kinds.map((kind) => listManaged(docker, kind)));
        const own = listed.flat().filter(isOf(owner));
        const doubts = await findDoubts(docker, own);
        await Promise.all(own
            .filter(({ id }) => doubts.get(id) !== 'inherited')
            .map(async (one) => {
            const { removed, failure, notGivenBack } = await end(docker, one, notes);
            if (notGivenBack)
                result.failed.push(notGivenBack);
            if (removed)
                result.removed.push(one.name);
            if (failure !== null)
                result.failed.push(removal_stillThere(one.name, failure, one.kind));
        }));
    }
    return result;
}
const end = (docker, one, notes, mayGiveBackLater = false) => one.kind === 'container'
    ? endContainer(docker, one, notes, mayGiveBackLater)
    : tryRemoveHeld(docker, one.kind, one.id);
/**
 * Removes a container that its main left. What its task made in folders of the runner is given back before, which
 * takes the container: nobody could do it later without being root. Which folders these are is what the runner's own
 * note says; where there is none here, the container waits for its runner until its deadline.
 */
async function endContainer(docker, one, notes, mayGiveBackLater) {
    const note = one.shared === null ? null : await notes.find(one);
    if (one.shared === 'foreign' && note === null && mayGiveBackLater)
        return { removed: false, failure: null, kept: NOT_OURS_TO_GIVE_BACK };
    const notGivenBack = note === null ? unknownShared(one) : await tryGiveBack(docker, one, note);
    const removal = await tryRemove(docker, one.id);
    if (removal.failure === null)
        await notes.drop(one);
    // Where somebody else was faster with the one, they were with the other.
    const isOthers = !removal.removed && removal.failure === null;
    return { ...removal, notGivenBack: isOthers ? null : notGivenBack };
}
const NOT_OURS_TO_GIVE_BACK = 'its task wrote to folders of its runner as another user, which only that runner knows and can take back; it is removed after its deadline';
const unknownShared = ({ name, shared }) => shared === 'foreign'
    ? `What ${name} wrote to folders of its runner as another user could not be given back: this runner has no note of them. Look for files of other users in the workspaces of the machine's runners, and give them back with: sudo chown -R`
    : null;
const HELD_SETTLE_MS = 2_000;
/**
 * A container that has only just gone may hold its volumes and its network a moment longer: they are tried again.
 * Without `--force`, which says of a volume that is gone that it was removed.
 */
async function tryRemoveHeld(docker, kind, id) {
    const giveUp = performance.now() + HELD_SETTLE_MS;
    for (;;) {
        try {
            await docker.call([kind, 'rm', id]);
            return { removed: true, failure: null };
        }
        catch (error) {
            if (!(error instanceof EngineError))
                throw error;
            const isGone = error.kind === 'failed' && (await docker.find([kind, 'inspect', id])) === null;
            if (isGone)
                return { removed: false, failure: null };
            if (error.kind !== 'failed' || performance.now() > giveUp)
                return { removed: false, failure: errors_messageOf(error) };
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
}
/**
 * Removes the network of a task whose container is gone.
 * @throws TaskError ACODE-CTN-002
 */
async function removal_removeNetwork(docker, network) {
    const { failure } = await tryRemoveHeld(docker, 'network', network);
    if (failure !== null)
        throw new TaskError('ACODE-CTN-002', removal_stillThere(network, failure, 'network'));
}
/**
 * Removes a container with its anonymous volumes, running or not. One that is gone, or that somebody else is
 * removing, is as good as removed. `name` is what people know it by.
 * @throws TaskError ACODE-CTN-002
 */
async function removal_removeContainer(docker, container, name = container) {
    const { failure } = await tryRemove(docker, container);
    if (failure !== null)
        throw new TaskError('ACODE-CTN-002', removal_stillThere(name, failure, 'container'));
}
/** That the engine could not even be asked for what a run left, with what does its removal by hand. */
function notLookedFor(name, error) {
    return `What is left of ${name} could not be looked for: ${errors_messageOf(error)}. Remove it with: ${REMOVE_BY_HAND.container} ${name}`;
}
function removal_stillThere(name, failure, kind) {
    return `The ${kind} ${name} could not be removed: ${errors_sentence(failure)} It is still there; remove it with: ${REMOVE_BY_HAND[kind]} ${name}`;
}
const REMOVE_BY_HAND = {
    container: 'docker rm --force --volumes',
    volume: 'docker volume rm --force',
    network: 'docker network rm',
};
async function tryRemove(docker, container) {
    try {
        // The engine prints what it removed; for what is gone already some only print nothing.
        const printed = await docker.call(['rm', '--force', '--volumes', container]);
        return { removed: printed !== '', failure: null };
    }
    catch (error) {
        if (!(error instanceof EngineError))
            throw error;
        // Engines word "no such container" differently: ask again instead of reading the words.
        const gone = error.kind === 'failed' && (await isGone(docker, container));
        return { removed: false, failure: gone ? null : errors_messageOf(error) };
    }
}
const SETTLE_MS = 10_000;
/** True where no such container is left; one whose removal is under way elsewhere is waited for. */
async function isGone(docker, container) {
    const giveUp = performance.now() + SETTLE_MS;
    do {
        const state = await docker.find(['container', 'inspect', '--format', '{{.State.Status}}', container]);
        if (state === null)
            return true;
        if (state !== 'removing')
            return false;
        await new Promise((resolve) => setTimeout(resolve, 100));
    } while (performance.now() < giveUp);
    return false;
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/iso.js
var iso = __webpack_require__(4377);
;// CONCATENATED MODULE: ./build/host/budget.js

/** What can end the collecting of what a task left. */
const LIMITS = ['time', 'bytes', 'files', 'depth', 'cancelled'];
/** Something does not fit into a budget, and what was collected is worth nothing without it. */
class OverBudgetError extends Error {
    name = 'OverBudgetError';
    limit;
    constructor(limit, path) {
        super(path === null ? `over the limit: ${limit}` : `over the limit: ${limit}, at ${asText(path)}`);
        this.limit = limit;
    }
}
/** What is under way when the job is cancelled has this long: the runner kills us soon. */
const AFTER_CANCEL_MS = 1_500;
/** Longer paths are not collected: below a folder of ours they would be longer than the system's calls take. */
const LONGEST_PATH = 3_000;
const budget_NAMED = 20;
/**
 * The one budget of a run's collecting: time, bytes, files and depth, whoever reads and wherever from. Paths are
 * bytes, one a character (latin1).
 */
class Budget {
    /** Aborted when the time is up, or a moment after the job was cancelled. */
    signal;
    exceeded = new Set();
    #limits;
    #ended = null;
    #names = [];
    #files = 0;
    #bytes = 0;
    #left = 0;
    constructor(limits, cancel) {
        this.#limits = limits;
        const controller = new AbortController();
        this.signal = controller.signal;
        const end = (limit) => {
            this.#ended ??= limit;
            controller.abort(new OverBudgetError(limit, null));
        };
        setTimeout(() => end('time'), limits.seconds * 1000).unref();
        soonAfter(cancel, AFTER_CANCEL_MS).addEventListener('abort', () => end('cancelled'), { once: true });
    }
    /** What was drawn so far. */
    get used() {
        return { files: this.#files, bytes: this.#bytes };
    }
    /** What was left out so far. */
    get leftOut() {
        return { count: this.#left, names: [...this.#names] };
    }
    /** Says that the end of time or job cut something off. False where neither has come. */
    isCutOff() {
        if (this.#ended !== null)
            this.exceeded.add(this.#ended);
        return this.#ended !== null;
    }
    /** Draws for a file or folder. False where it does not fit: then it is left out, and noted. */
    take(path, bytes) {
        const limit = this.#draw(path, bytes);
        if (limit === null)
            return true;
        this.exceeded.add(limit);
        this.leaveOut(path);
        return false;
    }
    /** Whether a folder is not too deep. Draws nothing; one that is too deep is left out, and noted. */
    enters(path) {
        if (!this.#isTooDeep(path))
            return true;
        this.exceeded.add('depth');
        this.leaveOut(path);
        return false;
    }
    /**
     * Draws for what cannot be left out.
     * @throws OverBudgetError
     */
    require(path, bytes) {
        const limit = this.#draw(path, bytes);
        if (limit === null)
            return;
        this.exceeded.add(limit);
        throw new OverBudgetError(limit, path);
    }
    /**
     * For work that draws nothing and takes time.
     * @throws OverBudgetError when there is none left
     */
    requireTime() {
        if (this.#ended === null)
            return;
        this.exceeded.add(this.#ended);
        throw new OverBudgetError(this.#ended, null);
    }
    /** Notes what is left out for whatever reason. */
    leaveOut(path) {
        this.#left += 1;
        if (this.#names.length < budget_NAMED)
            this.#names.push(asText(path));
    }
    #draw(path, bytes) {
        if (this.#ended !== null)
            return this.#ended;
        if (this.#isTooDeep(path))
            return 'depth';
        if (this.#files + 1 > this.#limits.files)
            return 'files';
        if (this.#bytes + bytes > this.#limits.bytes)
            return 'bytes';
        this.#files += 1;
        this.#bytes += bytes;
        return null;
    }
    #isTooDeep(path) {
        return path.length > LONGEST_PATH || path.split('/').length > this.#limits.depth;
    }
}
const asText = (path) => Buffer.from(path, 'latin1').toString();

;// CONCATENATED MODULE: ./build/record/run-record.js



/** The phases of a run, in their order, whose milliseconds the record tells. */
const PHASES = ['prepare', 'pull', 'workspace', 'create', 'run', 'collect', 'remove'];
const isErrorCode = (text) => Object.hasOwn(ERROR_CODES, text);
const errorCode = schemas/* enum */.k5n(Object.keys(ERROR_CODES).filter(isErrorCode));
const run_record_text = schemas/* string */.YjP();
const count = schemas/* int */.Whr().min(0);
/** The record of one run, `metadata/run.json` (docs/record.md). No secret values, ever. */
const runRecordSchema = schemas/* object */.Ikc({
    schemaVersion: schemas/* literal */.euz(1),
    session: run_record_text,
    task: run_record_text,
    taskId: run_record_text.nullable().optional(),
    label: run_record_text.optional(),
    status: schemas/* enum */.k5n(STATUSES),
    exitCode: schemas/* int */.Whr().nullable(),
    signal: run_record_text.nullable(),
    error: schemas/* object */.Ikc({ code: errorCode, message: run_record_text }).nullable(),
    timedOut: schemas/* boolean */.zMY(),
    oomKilled: schemas/* boolean */.zMY(),
    allowFailure: schemas/* boolean */.zMY().optional(),
    startedAt: iso/* datetime */.w$(),
    finishedAt: iso/* datetime */.w$().nullable(),
    durationSeconds: schemas/* number */.aig().min(0).nullable(),
    phases: schemas/* partialRecord */.jgl(schemas/* enum */.k5n(PHASES), schemas/* number */.aig().min(0)),
    container: schemas/* object */.Ikc({
        name: run_record_text,
        id: run_record_text.nullable(),
        image: run_record_text.nullable(),
        digest: run_record_text.nullable(),
        platform: run_record_text.nullable(),
        user: run_record_text.nullable(),
        profile: run_record_text.nullable(),
        network: run_record_text.nullable(),
        limits: schemas/* object */.Ikc({ cpus: schemas/* number */.aig().nullable(), memoryBytes: count.nullable(), pids: count.nullable() })
            .nullable(),
        health: run_record_text.nullable(),
    }),
    caches: schemas/* array */.YOg(schemas/* object */.Ikc({ name: run_record_text, volume: run_record_text, target: run_record_text })).optional(),
    commandSummary: run_record_text.nullable(),
    toolchain: schemas/* object */.Ikc({ requested: run_record_text, resolved: run_record_text, image: run_record_text, source: run_record_text }).nullable(),
    usage: schemas/* object */.Ikc({ peakMemoryBytes: count.nullable(), cpuSeconds: schemas/* number */.aig().min(0).nullable() }),
    workspace: schemas/* object */.Ikc({
        method: run_record_text,
        reason: run_record_text,
        path: run_record_text,
        changedFiles: count.nullable(),
        deletedFiles: count.nullable(),
        ignoredFiles: count.optional(),
        commits: count.optional(),
        warnings: schemas/* array */.YOg(run_record_text).optional(),
        kept: run_record_text.nullable().optional(),
        repositories: schemas/* array */.YOg(schemas/* object */.Ikc({
            path: run_record_text,
            patch: run_record_text.nullable(),
            bundle: run_record_text.nullable(),
            lfsFiles: count,
        }))
            .optional(),
    })
        .nullable(),
    cleanup: schemas/* object */.Ikc({
        removed: schemas/* array */.YOg(run_record_text),
        orphans: schemas/* array */.YOg(run_record_text),
        kept: schemas/* array */.YOg(schemas/* object */.Ikc({ name: run_record_text, reason: run_record_text })),
        failed: schemas/* array */.YOg(run_record_text),
    }),
    budgets: schemas/* object */.Ikc({ startupSeconds: schemas/* number */.aig().min(0).nullable(), imageBytes: count.nullable() }),
    runner: schemas/* object */.Ikc({ name: run_record_text, os: run_record_text, arch: run_record_text, version: run_record_text }),
    git: schemas/* object */.Ikc({ repository: run_record_text, sha: run_record_text, ref: run_record_text, head: run_record_text.nullable().optional() }),
    job: schemas/* object */.Ikc({
        id: run_record_text,
        url: run_record_text.nullable(),
        workflowRef: run_record_text.nullable().optional(),
        workflowSha: run_record_text.nullable().optional(),
    })
        .optional(),
    outputs: schemas/* record */.g1P(run_record_text, run_record_text).optional(),
    outputsLeftOut: count.optional(),
    artifacts: schemas/* array */.YOg(run_record_text),
    collection: schemas/* object */.Ikc({
        files: count,
        bytes: count,
        exceeded: schemas/* array */.YOg(schemas/* enum */.k5n(LIMITS)),
        leftOut: schemas/* object */.Ikc({ count, names: schemas/* array */.YOg(run_record_text) }),
        artifacts: count,
        renamed: schemas/* array */.YOg(schemas/* object */.Ikc({ name: run_record_text, file: run_record_text })),
        digests: schemas/* array */.YOg(schemas/* object */.Ikc({ name: run_record_text, sha256: run_record_text })).optional(),
    })
        .nullable()
        .optional(),
});
/** What people call the task of a record; those of earlier versions have no name for them. */
const run_record_labelIn = ({ label, task }) => label ?? task;
/** A record at its start: until its run is finished it says that it was not. */
function newRecord(identity, env, version, startedAt, job = {}) {
    return {
        schemaVersion: 1,
        session: identity.session,
        task: identity.task,
        taskId: identity.taskId ?? null,
        ...(identity.label !== undefined && { label: identity.label }),
        status: 'cancelled',
        exitCode: null,
        signal: null,
        error: {
            code: 'ACODE-CTN-009',
            message: 'Main was ended before its task was started.',
        },
        timedOut: false,
        oomKilled: false,
        startedAt: startedAt.toISOString(),
        finishedAt: null,
        durationSeconds: null,
        phases: {},
        container: {
            name: identity.container,
            id: null,
            image: null,
            digest: null,
            platform: null,
            user: null,
            profile: null,
            network: null,
            limits: null,
            health: null,
        },
        commandSummary: null,
        toolchain: null,
        usage: { peakMemoryBytes: null, cpuSeconds: null },
        workspace: null,
        cleanup: { removed: [], orphans: [], kept: [], failed: [] },
        budgets: { startupSeconds: null, imageBytes: null },
        runner: {
            name: env.RUNNER_NAME ?? '',
            os: env.RUNNER_OS ?? process.platform,
            arch: env.RUNNER_ARCH ?? process.arch,
            version,
        },
        git: {
            repository: env.GITHUB_REPOSITORY ?? '',
            sha: env.GITHUB_SHA ?? '',
            ref: env.GITHUB_REF ?? '',
            head: null,
        },
        job: {
            id: env.GITHUB_JOB ?? '',
            url: jobUrl(env, job.checkRunId ?? ''),
            workflowRef: job.workflowRef || null,
            workflowSha: job.workflowSha || null,
        },
        artifacts: [],
        collection: null,
    };
}
/** Where people read the job's log: GitHub shows a check run as the job that it is of. */
function jobUrl(env, checkRunId) {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
    return server && repository && run && /^\d+$/.test(checkRunId)
        ? `${server}/${repository}/actions/runs/${run}/job/${checkRunId}`
        : null;
}
/** True where a task failed that may: it fails no step and no report. A cancelled one did not fail. */
const run_record_isAllowedFailure = ({ allowFailure, status }) => allowFailure === true && ['failed', 'timed-out', 'out-of-memory', 'error'].includes(status);
/**
 * Puts the end of a run into its record, by how long it took: where the clock was set meanwhile, its two times would
 * say something else.
 */
function markFinished(record, seconds) {
    record.finishedAt = new Date(Date.parse(record.startedAt) + seconds * 1000).toISOString();
    record.durationSeconds = seconds;
}

;// CONCATENATED MODULE: ./build/record/folder.js







/** A run's folder by its root. */
function runFolderAt(root) {
    return { root, record: (0,external_node_path_.join)(root, 'record'), private: (0,external_node_path_.join)(root, 'private') };
}
/** A folder for a run, not yet made. It is never one that another try uses, who may be alive. */
function newRunFolder(temp, container) {
    return runFolderAt(join(temp, `${container}-${randomBytes(4).toString('hex')}`));
}
/** The container that the folder of this name is of. */
const containerOf = (name) => name.replace(/-[0-9a-f]{8}$/, '');
/** An empty file that names a record's container: where records were put into one folder, it shows of how many. */
const ownerFile = ({ run }, container) => join(dirname(run), container);
/** Where the record's files are below `artifactsSubdir` (RUN-8). */
function recordPaths(folder, artifactsSubdir) {
    const base = (0,external_node_path_.join)(folder.record, artifactsSubdir);
    return {
        base,
        run: (0,external_node_path_.join)(base, 'metadata', 'run.json'),
        events: (0,external_node_path_.join)(base, 'metadata', 'events.jsonl'),
        log: (0,external_node_path_.join)(base, 'logs', 'runner.log'),
        artifacts: (0,external_node_path_.join)(base, 'artifacts'),
    };
}
/** Room that a run gives back at its end, in bytes: where the task's output filled the disk, its record says so. */
const RESERVE = (/* unused pure expression or super */ null && (256 * 1024));
/** Tells whose a private folder is, for those who find it when its owner is dead. */
const OWNER = 'owner.json';
/**
 * Makes a run's folder, and in it those of its record.
 * @throws TaskError ACODE-CTN-013 where they cannot be written
 */
async function makeRunFolder(folder, paths, owner) {
    try {
        await mkdir(dirname(folder.root), { recursive: true });
        await mkdir(folder.root);
        await mkdir(folder.private, { mode: 0o700 });
        await writeFile(join(folder.private, OWNER), JSON.stringify(owner));
        await writeFile(join(folder.private, 'reserve'), Buffer.alloc(RESERVE));
        for (const path of [paths.run, paths.log])
            await mkdir(dirname(path), { recursive: true });
        await writeFile(ownerFile(paths, containerOf(basename(folder.root))), '');
    }
    catch (error) {
        throw new TaskError('ACODE-CTN-013', `The record cannot be written to ${folder.root}: ${sentence(messageOf(error))} Nothing was started. Free space there, or let RUNNER_TEMP be a folder that the runner may write.`, { cause: error });
    }
}
/** The private folders of all runs of our user in the runner's temporary folder. Others' are passed by. */
async function privateFolders(temp) {
    const names = (await (0,external_node_fs_promises_.readdir)(temp).catch(() => [])).filter((name) => name.startsWith('acode-'));
    const found = await Promise.all(names.map(async (name) => {
        const { root, private: folder } = runFolderAt((0,external_node_path_.join)(temp, name));
        if (!(await isOwnFolder(root)) || !(await isOwnFolder(folder)))
            return [];
        const path = (0,external_node_path_.join)(folder, OWNER);
        const owner = await (0,external_node_fs_promises_.readFile)(path, 'utf8').catch(() => null);
        const state = await (0,external_node_fs_promises_.lstat)(path).catch(() => null);
        return owner === null || state === null ? [] : [{ folder, owner, created: state.mtimeMs / 1000 }];
    }));
    return found.flat();
}
/** True for a real folder of our user. */
async function isOwnFolder(path) {
    const state = await (0,external_node_fs_promises_.lstat)(path).catch(() => null);
    return state?.isDirectory() === true && state.uid === process.geteuid?.();
}
/**
 * Gives a run's folder to whom the runner's temporary folder belongs. In a job container we may be root, whose files the
 * runner's user could not delete when the job is over.
 */
async function giveToRunner({ root }) {
    const { uid, gid } = await (0,external_node_fs_promises_.stat)((0,external_node_path_.dirname)(root));
    if (process.geteuid?.() !== 0 || uid === 0)
        return;
    const entries = await (0,external_node_fs_promises_.readdir)(root, { recursive: true });
    for (const path of [root, ...entries.map((entry) => (0,external_node_path_.join)(root, entry))])
        await (0,external_node_fs_promises_.lchown)(path, uid, gid);
}
/** Writes `run.json` whole or not at all. */
async function writeRecord(path, record) {
    await writeWhole(path, `${JSON.stringify(record, null, 2)}\n`);
}
/** Reads `run.json` back; without it, `fault` says why it cannot be read, and is null where there is none. */
async function readRecord(path) {
    try {
        const record = runRecordSchema.parse(JSON.parse(await (0,external_node_fs_promises_.readFile)(path, 'utf8')));
        return { record, fault: null };
    }
    catch (error) {
        return { record: null, fault: open_folder_isErrno(error, 'ENOENT') ? null : errors_messageOf(error) };
    }
}

;// CONCATENATED MODULE: ./build/record/diffstat.js


/** Reading more than this would cost a task time; a patch of binary files can be very large. */
const MOST_BYTES = (/* unused pure expression or super */ null && (8 * 1024 * 1024));
/** Counts the lines of a patch, of its first bytes. Null where it cannot be read. */
async function diffstat_diffstatOf(path, mostBytes = MOST_BYTES) {
    const chunks = [];
    try {
        for await (const chunk of createReadStream(path, { end: mostBytes }))
            chunks.push(chunk);
    }
    catch {
        return null;
    }
    const bytes = Buffer.concat(chunks);
    const isWhole = bytes.length <= mostBytes;
    return { files: countLines(bytes.toString('utf8', 0, mostBytes)), isWhole };
}
/** What a patch as git writes it does to each file. Hunks are followed by their length: their lines may look like anything. */
function countLines(patch) {
    const files = [];
    let [before, after] = [0, 0];
    for (const line of patch.split('\n')) {
        const file = files.at(-1);
        if (file && (before > 0 || after > 0)) {
            if (line.startsWith('+'))
                file.added++;
            if (line.startsWith('-'))
                file.removed++;
            if (!/^[+\\]/.test(line))
                before--;
            if (!/^[-\\]/.test(line))
                after--;
            continue;
        }
        const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
        if (hunk)
            [before, after] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
        else if (line.startsWith('diff --git '))
            files.push(fileOf(line));
        else if (file && (line.startsWith('GIT binary patch') || line.startsWith('Binary files ')))
            file.isBinary = true;
    }
    return files;
}
/** `diff --git a/NAME b/NAME`; names are quoted where they are no plain ones. */
function fileOf(header) {
    const names = header.slice('diff --git '.length);
    const name = names
        .slice((names.length + 1) / 2)
        .replace(/^"b\/(.*)"$/, '$1')
        .replace(/^b\//, '');
    return { name, added: 0, removed: 0, isBinary: false };
}
const MOST_FILES = 20;
const LONGEST_NAME = 60;
const WIDEST_BAR = 20;
/** The lines of a diffstat as `git diff --stat` draws them, the first files of many; empty where there are none. */
function diffstat_drawDiffstat({ files, isWhole }) {
    const shown = files
        .slice(0, MOST_FILES)
        .map((file) => ({ ...file, name: shorten(file.name, LONGEST_NAME) }));
    const width = Math.max(...shown.map(({ name }) => name.length), 0);
    const most = Math.max(...shown.map(({ added, removed }) => added + removed), 1);
    const scale = Math.min(1, WIDEST_BAR / most);
    const bar = (sign, count) => sign.repeat(Math.ceil(count * scale));
    const lines = shown.map(({ name, added, removed, isBinary }) => {
        const what = isBinary ? 'binary' : `+${added} -${removed} ${bar('+', added)}${bar('-', removed)}`;
        return `${name.padEnd(width)} | ${what}`.trimEnd();
    });
    if (files.length > shown.length || !isWhole)
        lines.push('…');
    return shown.length === 0 ? '' : lines.join('\n');
}

;// CONCATENATED MODULE: ./build/formats/units.js
/** Seconds of `90s`, `30m`, `2h` or a plain number of seconds; null where the text is none of these. */
function parseDuration(text) {
    const match = /^(\d+(?:\.\d+)?)\s*([smh]?)$/i.exec(text.trim());
    if (!match?.[1])
        return null;
    const unit = { '': 1, s: 1, m: 60, h: 3600 }[match[2]?.toLowerCase() ?? ''];
    return unit === undefined ? null : Number(match[1]) * unit;
}
/** Bytes of `512m`, `4g`, `1.5g`, `4Gi` or a plain number of bytes; null where the text is none of these. */
function parseMemory(text) {
    const match = /^(\d+(?:\.\d+)?)\s*(?:b|([kmgt])(?:ib?|b)?)?$/i.exec(text.trim());
    if (!match?.[1])
        return null;
    const power = ['', 'k', 'm', 'g', 't'].indexOf((match[2] ?? '').toLowerCase());
    return Math.floor(Number(match[1]) * 1024 ** power);
}
/** `1.5 MiB`, for people. */
function units_formatBytes(bytes) {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
    const value = bytes / 1024 ** power;
    return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}
/** `0.42 s`, `12 s`, `3 min 5 s`, `1 h 2 min`, for people. */
function formatSeconds(seconds) {
    if (seconds < 10)
        return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(2)} s`;
    const whole = Math.round(seconds);
    if (whole < 60)
        return `${whole} s`;
    if (whole < 3600)
        return `${Math.floor(whole / 60)} min ${whole % 60} s`;
    return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./build/record/last-lines.js


const LONGEST_LINE = 400;
/**
 * The last lines of a log as plain text: without colours and control characters, each of a bounded length. What
 * `strike` takes out is looked for in the plain text: colours may have stood in the middle of a secret.
 */
function lastLines(log, count, strike = (text) => text) {
    const lines = stripVTControlCharacters(log)
        .split('\n')
        // What a terminal would show of a line that was written over.
        .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
        .map((line) => line.replace(/[^\P{Cc}\t]/gu, ''));
    const struck = strike(lines.join('\n'))
        .split('\n')
        .map((line) => shorten(line, LONGEST_LINE));
    while (struck.at(-1)?.trim() === '')
        struck.pop();
    return count === 0 ? '' : struck.slice(-count).join('\n');
}
/** The last lines that fit into so many bytes. */
function last_lines_endWithin(text, bytes) {
    const buffer = Buffer.from(text);
    if (buffer.length <= bytes)
        return text;
    const end = buffer.subarray(-Math.floor(bytes)).toString('utf8');
    return end.slice(end.indexOf('\n') + 1);
}

;// CONCATENATED MODULE: ./build/record/failure.js




/** Of longer messages an annotation has only the beginning, and here the end is what counts. */
const LONGEST_MESSAGE = 1_900;
const LINES = 10;
/**
 * How a failed task is reported: by the command's exit where it is the command's own failure, else by our error; with
 * a hint and the last lines of its output where they say more. Null where the task did not fail.
 */
function failure_failureOf(record, hint, lastLines) {
    const { error, status, exitCode, signal } = record;
    if (error === null && status !== 'failed')
        return null;
    const bySignal = signal === null ? '' : `, ${signal}`;
    const said = error?.message ?? `The task exited with ${exitCode}${signal === null ? '' : ` (${signal})`}.`;
    const head = hint === null ? said : `${said} ${hint}`;
    return {
        title: error?.code ?? `${labelIn(record)} failed (exit ${exitCode}${bySignal})`,
        message: SPEAKING.has(status) && exitCode !== 0 ? withLines(head, lastLines) : head,
    };
}
/** What ended these is in their output, if anywhere. */
const SPEAKING = new Set(['failed', 'timed-out', 'out-of-memory']);
function withLines(head, lastLines) {
    if (lastLines === '')
        return `${head} It printed nothing.`;
    const lines = lastLines.split('\n').slice(-LINES).map(plainLine).join('\n');
    const end = endWithin(lines, Math.max(0, LONGEST_MESSAGE - head.length));
    return end === '' ? head : `${head} The last lines of its output:\n${end}`;
}
/** The last line of the log: `unit: succeeded in 12 s, exit 0, peak memory 64 MiB`. */
function failure_lastLineOf(record) {
    const { status, exitCode, durationSeconds, usage } = record;
    const facts = [
        durationSeconds === null ? null : `in ${formatSeconds(durationSeconds)}`,
        exitCode === null ? null : `exit ${exitCode}`,
        usage.peakMemoryBytes === null ? null : `peak memory ${units_formatBytes(usage.peakMemoryBytes)}`,
        status === 'skipped' ? 'no container asked for' : null,
    ];
    return `${run_record_labelIn(record)}: ${status} ${facts.filter((fact) => fact !== null).join(', ')}`;
}

;// CONCATENATED MODULE: ./build/record/hint.js
/**
 * What a failure most likely means and what to do about it, where its exit code and last words are known ones.
 * @param lastWords the end of the task's output as plain text
 * @returns null where nothing is known
 */
function hint_hintOf(facts, lastWords) {
    const [rules, words] = facts.status === 'error' ? [ENGINE_RULES, facts.error?.message ?? ''] : [RULES, lastWords];
    // Other endings are our own decisions, and their messages say what to do.
    if (facts.status !== 'error' && (facts.status !== 'failed' || facts.error !== null))
        return null;
    for (const rule of rules) {
        const hint = rule({ ...facts, words });
        if (hint !== null)
            return hint;
    }
    return null;
}
/** A rule that looks for words, in whichever exit. */
const onWords = (pattern, hint) => (failure) => pattern.test(failure.words) ? hint(failure) : null;
/** A rule for one exit code. */
const onExit = (code, hint) => (failure) => failure.exitCode === code ? hint(failure) : null;
const SHELLS = /^(?:.*\/)?(?:ba|da|z|fi|k)?sh$|^(?:.*\/)?(?:pwsh|python3?)$/;
const missing = (program) => SHELLS.test(program)
    ? `The image has no ${program}: use shell with one that it has (shell: sh), or an image with ${program}.`
    : `The image has no ${program}: use an image that brings it, install it in run, or correct its name.`;
const permission = ({ container: { profile, user }, exitCode }) => {
    if (exitCode === 126)
        return null;
    const who = user === null ? 'The task' : `The task runs as ${user} and`;
    return profile === 'strict'
        ? `${who} may write to its workspace, $HOME and /tmp alone in profile strict: write there, or use user: image with profile: standard where the image needs its own user.`
        : `${who} may not do this: check whose the file is, and the inputs user and profile.`;
};
/** What an engine says of a container that it cannot start. */
const ENGINE_RULES = [
    onWords(/could not select device driver|nvidia-container-cli|unresolvable CDI devices/i, () => 'The engine has no driver for the GPUs that gpus asks for: install the NVIDIA Container Toolkit on the runner, use a runner that has it, or leave gpus out.'),
    onWords(/exec format error/i, ({ container: { platform }, runner: { arch } }) => {
        const what = platform === null ? 'The program is' : `The image is for ${platform}, or the program in it is`;
        return `${what} for another processor than the runner (${arch}), or a script without a first line #!…: use an image for this platform (input platform), a runner of the other, or emulation (docker/setup-qemu-action).`;
    }),
];
/** The more a rule knows, the earlier it is asked. */
const RULES = [
    ...ENGINE_RULES,
    onWords(/docker\.sock|cannot connect to the docker daemon/i, () => 'No task is given the engine of its runner: run what needs docker in a step of its own, outside of the task.'),
    onWords(/(?:\^M|\\r|\r)['’]?: (?:bad interpreter|no such file or directory)|bad interpreter: .*\^M/i, () => 'The script has Windows line ends (CRLF): commit it with LF (in .gitattributes: *.sh text eol=lf).'),
    onWords(/no space left on device|disk quota exceeded|ENOSPC/i, () => 'A disk is full: free space on the runner (docker system prune), write less, or give /dev/shm more with shm-size where it is that one.'),
    onWords(/read-only file system|EROFS/i, () => 'The file is on a file system that may only be read: write to the workspace, $HOME or /tmp, leave read-only out, or mount without :ro.'),
    onWords(/could not resolve host|temporary failure in name resolution|EAI_AGAIN|getaddrinfo|bad address '/i, ({ container: { network } }) => network === 'none'
        ? 'The task has no network (network: none): leave that out, or bring what it needs in the image.'
        : 'A name could not be resolved: check it, the network of the task and of its runner.'),
    onWords(/detected dubious ownership/i, () => 'Git doubts whose the folder is: a folder outside of the workspace needs git config --global --add safe.directory FOLDER in run.'),
    onWords(/permission denied|EACCES|operation not permitted|EPERM/i, permission),
    ({ exitCode, words }) => {
        const program = exitCode === 127 ? missingProgram(words) : null;
        return program === null ? null : missing(program);
    },
    onExit(126, () => 'The command was found and cannot be run, mostly for want of permission to execute it: git update-index --chmod=+x FILE and commit, or start it with its interpreter (sh FILE).'),
    onExit(127, () => 'A command was not found in the image: use an image that brings it, install it in run, or correct its name or path.'),
    onExit(132, () => 'A program used an instruction that this processor lacks (SIGILL): use a build for it.'),
    onExit(134, () => 'A program gave itself up (SIGABRT), as after a failed assertion; its last lines say why.'),
    onExit(135, () => 'A program could not use memory that it had mapped (SIGBUS), often /dev/shm being full: use shm-size.'),
    onExit(137, ({ container: { limits } }) => {
        const limit = limits?.memoryBytes == null ? 'the machine has no more' : 'see the limit in memory';
        return `Something killed it (SIGKILL): the task itself, or the machine for want of memory (${limit}). Look in the log for who did, or let it need less at once.`;
    }),
    onExit(139, () => 'A program crashed (SIGSEGV): a fault in it or in a native library that was built for another image (musl or glibc).'),
    onExit(141, () => 'A program wrote to a pipe that nobody read any more (SIGPIPE), as in COMMAND | head.'),
    onExit(143, () => 'Something in the task ended it (SIGTERM), such as kill or timeout; neither its time limit here nor a cancellation did.'),
    onExit(125, () => 'Docker and env use this code where they cannot start a command; the last lines say why.'),
];
const PROGRAM = String.raw `['"‘\x60]?([^\s:'"’\x60]{1,80})['"’\x60]?`;
/** How engines, shells and env say that a program is not there. */
const NOT_THERE = [
    new RegExp(`command not found: ${PROGRAM}`, 'i'),
    new RegExp(`exec: ${PROGRAM}: (?:executable file )?not found`, 'i'),
    new RegExp(`exec ${PROGRAM}: no such file or directory`, 'i'),
    new RegExp(`exec: ${PROGRAM}: stat .*: no such file or directory`, 'i'),
    new RegExp(String.raw `(?:^|[:\s])${PROGRAM}: (?:command )?not found`, 'im'),
    new RegExp(`env: (?:can't execute )?${PROGRAM}: no such file or directory`, 'i'),
    new RegExp(`${PROGRAM}: bad interpreter`, 'i'),
];
/** The program that is not there, by the last line that says so. */
function missingProgram(words) {
    for (const line of words.split('\n').toReversed())
        for (const pattern of NOT_THERE) {
            const program = pattern.exec(line)?.[1];
            if (program !== undefined)
                return program;
        }
    return null;
}

;// CONCATENATED MODULE: ./build/formats/markdown.js

/** Characters that HTML and GitHub read: markup, mentions, references to issues. */
const ENTITIES = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '@': '&#64;',
    '#': '&#35;',
};
/**
 * Nothing of a table, list, link, picture, mention, emoji or HTML gets in from names and messages, and no control
 * character. What GitHub makes a link of by itself is broken where that begins (`://`, `www.`).
 */
const escapeCell = (text) => visible(text)
    .replace(/[&<>@#]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[\\|`*[\]_~]/g, '\\$&')
    .replace(/:(?=\/\/)|:(?=[\w+-]+:)|(?<=:[\w+-]+):/g, '&#58;')
    .replace(/\b(www)\./gi, '$1&#46;')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2');
/** Text of any kind as code in one cell. */
const codeCell = (text) => `<code>${escapeCell(text.replace(/\s+/g, ' '))}</code>`;
/** A block of plain text; no line of the text can end its fence. */
function fenced(text) {
    const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
    const fence = '`'.repeat(longest + 1);
    return `${fence}text\n${text}\n${fence}`;
}
/** Markdown that is folded away below its title, which is HTML. */
const folded = (title, markdown) => `<details><summary>${title}</summary>\n\n${markdown}\n\n</details>`;

;// CONCATENATED MODULE: ./build/record/summary.js




/** The sign of each status. */
const SIGNS = {
    succeeded: '✅',
    failed: '❌',
    'timed-out': '⏱️',
    'out-of-memory': '💥',
    cancelled: '🚫',
    skipped: '⏭️',
    error: '⚠️',
};
const NOTHING = { lastLines: '', hint: null, diffstat: '', artifact: null };
/** The runner drops a step's summary whole when it is over 1 MiB; ours stays well below. */
const LONGEST_TASK_SUMMARY = 900 * 1024;
const LONGEST_LINES = 16 * 1024;
/**
 * The job summary of one run. A failed task's begins with why: error or hint, and the end of the output; that of one
 * that succeeded has three lines. What a record identifies is folded away, and what the task itself wrote comes last.
 */
function summary_summaryOf(record, tasksOwn, parts = NOTHING) {
    const isWell = record.status === 'succeeded' || record.status === 'skipped';
    const left = [
        changesOf(record),
        artifactsOf(record),
        parts.artifact && `record ${nameCell(parts.artifact)}`,
    ];
    const blocks = [
        headingOf(record),
        errorOf(record),
        parts.hint === null ? '' : `> ${escapeCell(parts.hint)}`,
        parts.lastLines === '' ? '' : fenced(last_lines_endWithin(parts.lastLines, LONGEST_LINES)),
        usageOf(record),
        left.filter((one) => one).join(' · '),
        isWell || parts.diffstat === '' ? '' : fenced(parts.diffstat),
        isWell ? '' : phasesOf(record),
        folded('Details', detailsOf(record)),
    ];
    return `${blocks.filter((block) => block !== '').join('\n\n')}\n\n${cut(tasksOwn)}`;
}
/** `unit: failed (exit 1)`. */
function headingOf(record) {
    const exit = record.status === 'failed' ? exitOf(record) : null;
    const status = exit === null ? record.status : `${record.status} (exit ${exit})`;
    const allowed = run_record_isAllowedFailure(record) ? ', which is allowed' : '';
    return `### ${SIGNS[record.status]} ${escapeCell(run_record_labelIn(record))}: ${status}${allowed}`;
}
/** A message may hold all that the engine printed, or a thousand problems of a task: run.json has it whole. */
const summary_LONGEST_MESSAGE = 8 * 1024;
/** The error as a quotation, with the problems that it lists as a list. */
function errorOf({ error }) {
    if (error === null)
        return '';
    const { message } = error;
    const short = message.length > summary_LONGEST_MESSAGE ? `${message.slice(0, summary_LONGEST_MESSAGE)}…` : message;
    const [first = '', ...items] = short.split(/\n\s*- /).map(oneLine);
    const list = items.map((item) => `> - ${item.replace(/^[#>+~=-]/, '\\$&')}`);
    return [`> **${error.code}** ${first}`, ...(list.length > 0 ? ['>', ...list] : [])].join('\n');
}
const oneLine = (text) => escapeCell(text.trim().replace(/\s*\n\s*/g, ' '));
/** `12 s · peak memory 64 MiB of 512 MiB · 3.25 s of CPU`. */
function usageOf({ durationSeconds, usage, container: { limits } }) {
    const limit = limits?.memoryBytes == null ? '' : ` of ${units_formatBytes(limits.memoryBytes)}`;
    const facts = [
        durationSeconds === null ? null : formatSeconds(durationSeconds),
        usage.peakMemoryBytes === null ? null : `peak memory ${units_formatBytes(usage.peakMemoryBytes)}${limit}`,
        usage.cpuSeconds === null ? null : `${formatSeconds(usage.cpuSeconds)} of CPU`,
    ];
    return facts.filter((fact) => fact !== null).join(' · ');
}
function changesOf({ workspace }) {
    const counts = [
        workspace?.changedFiles ? `${files(workspace.changedFiles)} written` : '',
        workspace?.deletedFiles ? `${files(workspace.deletedFiles)} deleted` : '',
    ];
    return counts.filter((one) => one !== '').join(', ');
}
function artifactsOf({ artifacts, collection }) {
    const count = collection?.artifacts ?? artifacts.length;
    if (count === 0)
        return '';
    return count === 1 ? '1 artifact' : `${count} artifacts`;
}
const files = (count) => (count === 1 ? '1 file' : `${count} files`);
const summary_WIDEST_BAR = 30;
/** How long each phase was, as bars. */
function phasesOf({ phases }) {
    const known = PHASES.flatMap((phase) => {
        const ms = phases[phase];
        return ms === undefined ? [] : [{ phase, ms, length: formatSeconds(ms / 1000) }];
    });
    if (known.length === 0)
        return '';
    const longest = Math.max(...known.map(({ ms }) => ms), 1);
    const width = Math.max(...known.map(({ length }) => length.length));
    const lines = known.map(({ phase, ms, length }) => {
        const bar = '█'.repeat(Math.round((ms / longest) * summary_WIDEST_BAR)) || '▏';
        return `${phase.padEnd(9)}  ${length.padStart(width)}  ${bar}`;
    });
    return fenced(lines.join('\n'));
}
function detailsOf(record) {
    const { container, usage } = record;
    const rows = [
        ['Image', container.image === null ? null : nameCell(container.image)],
        ['Digest', container.digest === null ? null : nameCell(container.digest)],
        [
            'Toolchain',
            record.toolchain
                ? `${escapeCell(record.toolchain.requested)} (${escapeCell(record.toolchain.source)})`
                : null,
        ],
        ['Command', record.commandSummary === null ? null : codeCell(record.commandSummary)],
        ['Exit', exitOf(record)],
        ['Duration', record.durationSeconds === null ? null : formatSeconds(record.durationSeconds)],
        ['Limits', limitsOf(record)],
        ['Peak memory', usage.peakMemoryBytes === null ? null : units_formatBytes(usage.peakMemoryBytes)],
        ['CPU time', usage.cpuSeconds === null ? null : formatSeconds(usage.cpuSeconds)],
        ['Container', `\`${container.name}\``],
    ];
    const lines = rows.flatMap(([name, value]) => (value === null ? [] : [`| ${name} | ${value} |`]));
    return ['| | |', '|---|---|', ...lines].join('\n');
}
/** A name in Markdown's own marks where it has nothing in it that Markdown reads. */
const nameCell = (name) => (/^[\w./:@+-]+$/.test(name) ? `\`${name}\`` : codeCell(name));
/** `137 (SIGKILL)`; null where no container ran to its end. */
function exitOf({ exitCode, signal }) {
    if (exitCode === null)
        return null;
    return signal === null ? String(exitCode) : `${exitCode} (${signal})`;
}
function limitsOf({ container: { limits } }) {
    if (limits === null)
        return null;
    const parts = [
        limits.cpus === null ? null : `${limits.cpus} CPUs`,
        limits.memoryBytes === null ? null : units_formatBytes(limits.memoryBytes),
        limits.pids === null ? null : `${limits.pids} processes`,
    ];
    return parts.filter((part) => part !== null).join(', ');
}
function cut(text) {
    const bytes = Buffer.from(text);
    if (bytes.length <= LONGEST_TASK_SUMMARY)
        return text;
    const kept = bytes.subarray(0, LONGEST_TASK_SUMMARY).toString('utf8');
    return `${kept.slice(0, kept.lastIndexOf('\n') + 1)}\n> The task’s summary was cut here: ${units_formatBytes(bytes.length)} are more than a step may have.\n`;
}

;// CONCATENATED MODULE: ./build/record/task-outputs.js

/** The outputs that the action sets itself, of which a task has none (action.yml). */
const OWN_OUTPUTS = (/* unused pure expression or super */ null && ([
    'status',
    'exit-code',
    'error-code',
    'container-name',
    'container-id',
    'image',
    'image-digest',
    'duration-seconds',
    'record',
    'log',
    'patch',
    'artifact-name',
    'outputs',
]));
/** Nothing was written. */
const task_outputs_NO_OUTPUTS = { all: new Map(), passed: new Map(), problems: [], fault: null };
/** GitHub takes 1 MiB of outputs, counted in UTF-16; some of it is kept for the action's own. */
const task_outputs_MOST_BYTES = (/* unused pure expression or super */ null && (1024 * 1024 - 32 * 1024));
/**
 * Reads what a task wrote to `$GITHUB_OUTPUT`, up to the first line that is none. A name is passed on where the
 * runner cannot take it for anything else: it compares without case, and `<<` in one would end its reading.
 */
function readTaskOutputs(text) {
    const { entries, fault } = readEntries(text);
    const spellings = new Map(OWN_OUTPUTS.map((name) => [name, name]));
    const own = new Set(OWN_OUTPUTS);
    const all = new Map();
    const passed = new Map();
    const problems = [];
    let bytes = 0;
    for (const { name, value, line } of entries) {
        const key = name.toLowerCase();
        const spelling = spellings.get(key) ?? name;
        const why = whyNot(name, spelling, own.has(key));
        const isPassed = why === null;
        bytes += task_outputs_bytesOf(name, value, isPassed) - task_outputs_bytesOf(name, all.get(name), passed.has(name));
        if (isPassed)
            spellings.set(key, name);
        all.set(name, value);
        if (isPassed)
            passed.set(name, value);
        else
            problems.push(`line ${line}: ${shown(name)} ${why}`);
        if (bytes <= task_outputs_MOST_BYTES)
            continue;
        bytes -= task_outputs_bytesOf(name, value, isPassed);
        all.delete(name);
        passed.delete(name);
        problems.push(`line ${line}: ${shown(name)} is more than the 1 MiB of outputs that GitHub takes; use a file in $ARTIFACT_DIR`);
    }
    return { all, passed, problems, fault };
}
/** What a record has of a task's outputs, in bytes of JSON. */
const RECORDED_BYTES = (/* unused pure expression or super */ null && (16 * 1024));
/** The outputs that fit into so many bytes of JSON, in their order, each whole or not at all. */
function fittingOutputs(outputs, bytes = RECORDED_BYTES) {
    let room = bytes;
    const all = Object.entries(outputs);
    const kept = all.filter(([name, value]) => {
        const size = Buffer.byteLength(JSON.stringify([name, value]));
        if (size > room)
            return false;
        room -= size;
        return true;
    });
    return { kept: Object.fromEntries(kept), leftOut: all.length - kept.length };
}
/** Why a name is not passed on; null where it is. `spelling` is how its output is spelled that is there already. */
function whyNot(name, spelling, isOwn) {
    if (!OUTPUT_NAME.test(name))
        return 'is no name of an output: letters, digits, _ and -, beginning with a letter or _';
    if (isOwn)
        return `has the name of the action’s own output ${spelling}; read it from the output "outputs"`;
    return spelling === name ? null : `is the name of the output ${spelling}: GitHub ignores case`;
}
/** What a value takes: in the JSON of `outputs`, and as an output of its own. */
function task_outputs_bytesOf(name, value, isPassed) {
    if (value === undefined)
        return 0;
    const inJson = JSON.stringify(name).length + JSON.stringify(value).length + 2;
    return 2 * (inJson + (isPassed ? name.length + value.length : 0));
}
const task_outputs_LONGEST_NAME = 80;
const shown = (name) => JSON.stringify(name.length > task_outputs_LONGEST_NAME ? `${name.slice(0, task_outputs_LONGEST_NAME)}…` : name);
/**
 * The grammar of the runner's files (`FileCommandManager.cs`, `EnvFileKeyValuePairs`): lines end at LF, empty ones
 * count for nothing, and what comes first in a line, `=` or `<<`, decides what it is. No fault repeats the line, which
 * may be half of a secret.
 */
function readEntries(text) {
    const entries = [];
    const lines = text.split('\n');
    for (let at = 0; at < lines.length; at++) {
        const line = lines[at] ?? '';
        if (line === '')
            continue;
        const [mark] = /=|<</.exec(line) ?? [];
        const [name = '', rest = ''] = mark === undefined ? [] : halves(line, mark);
        const fault = (what) => ({ entries, fault: `line ${at + 1} of its $GITHUB_OUTPUT ${what}` });
        if (mark === undefined)
            return fault('is no NAME=VALUE (a value of several lines is NAME<<END … END)');
        if (name === '')
            return fault('has no name');
        if (mark === '=') {
            entries.push({ name, value: rest, line: at + 1 });
            continue;
        }
        if (rest === '')
            return fault('is NAME<< without a word that ends the value');
        const end = lines.indexOf(rest, at + 1);
        if (end < 0)
            return fault('is NAME<<END, but no line END follows');
        entries.push({ name, value: lines.slice(at + 1, end).join('\n'), line: at + 1 });
        at = end;
    }
    return { entries, fault: null };
}
function halves(line, mark) {
    const at = line.indexOf(mark);
    return [line.slice(0, at), line.slice(at + mark.length)];
}

;// CONCATENATED MODULE: ./build/record/publish.js








const ALL = { summary: 'always', upload: 'always' };
const publish_LINES = 20;
/** Whether this is done for a run that ended so; one without a record did not end well. */
function isDue(when, status) {
    return when === 'always' || (when === 'on-failure' && status !== 'succeeded' && status !== 'skipped');
}
/** Reports how the task ended: log line, outputs, job summary, and the step's failure. */
async function publish(recorder, collected, artifact, { summary, upload } = ALL) {
    const { record } = recorder;
    for (const warning of collected?.warnings ?? [])
        runner.warning(warning);
    setOutputs(recorder, collected?.outputs ?? NO_OUTPUTS, artifact);
    runner.info(lastLineOf(record));
    const lastLines = isDue('on-failure', record.status) ? await recorder.lastLines(publish_LINES) : '';
    const hint = hintOf(record, lastLines);
    const tasksOwn = recorder.taskMasks.text(collected?.summary ?? '');
    const own = isDue(summary, record.status)
        ? summaryOf(recorder.struck(), tasksOwn, {
            lastLines,
            hint,
            diffstat: await diffstatIn(recorder),
            artifact: isDue(upload, record.status) ? artifact : null,
        })
        : tasksOwn;
    await publish_summarize(own);
    const failure = failureOf(record, hint, lastLines);
    const report = isAllowedFailure(record) ? runner.warning : runner.fail;
    if (failure)
        report(failure.message, failure.title);
}
/** Reports for a main that was killed how its task ended: log, annotations and summary say nothing of it yet. */
async function publishKilled(record, summary) {
    info(failure_lastLineOf(record));
    if (isDue(summary, record.status))
        await publish_summarize(summary_summaryOf(record, ''));
    if (record.error)
        warning(record.error.message, record.error.code);
}
async function diffstatIn({ patch, strikeText }) {
    const diffstat = patch?.endsWith('.patch') ? await diffstatOf(patch) : null;
    return diffstat === null ? '' : strikeText(drawDiffstat(diffstat));
}
async function publish_summarize(markdown) {
    if (markdown === '')
        return;
    await summarize(markdown)
        .catch((error) => warning(`The job summary could not be written: ${errors_messageOf(error)}`));
}
function setOutputs({ record, paths, patch }, tasksOwn, artifact) {
    const outputs = {
        status: record.status,
        'exit-code': record.exitCode === null ? '' : String(record.exitCode),
        'error-code': record.error?.code ?? '',
        'container-name': record.container.name,
        'container-id': record.container.id ?? '',
        image: record.container.image ?? '',
        'image-digest': record.container.digest ?? '',
        'duration-seconds': String(record.durationSeconds ?? ''),
        record: paths.run,
        log: paths.log,
        patch: patch ?? '',
        'artifact-name': artifact,
        outputs: JSON.stringify(Object.fromEntries(tasksOwn.all)),
    };
    // Ours come first: the runner stops reading at the first line that is none.
    for (const [name, value] of Object.entries(outputs))
        runner.output(name, value);
    for (const [name, value] of tasksOwn.passed)
        runner.output(name, value);
}

;// CONCATENATED MODULE: ./build/host/within.js
/** Whoever was asked did not answer in time. */
class UnansweredError extends Error {
    name = 'UnansweredError';
}
/**
 * What the artifact service is asked for, given up after so long. A request that is given up goes on: the process
 * has to be ended when its own work is done.
 * @throws UnansweredError
 */
function within(milliseconds, work) {
    return new Promise((resolve, reject) => {
        const late = () => reject(new UnansweredError(`the artifact service did not answer within ${Math.round(milliseconds / 1000)} s`));
        const timer = setTimeout(late, milliseconds);
        work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
}

;// CONCATENATED MODULE: ./build/record/upload.js






/** How long a job that ends waits for the service. */
const BOUND_MS = 30_000;
/**
 * Loads the artifact client. It is large, so only what uploads loads it, and of the client only what uploads:
 * its entry also brings what lists and downloads, which costs 60 ms more (script/bench task).
 */
async function loadUploader() {
    const { uploadArtifact } = await Promise.all(/* import() */[__webpack_require__.e(19), __webpack_require__.e(718)]).then(__webpack_require__.bind(__webpack_require__, 1718));
    const { validateFilePath } = await __webpack_require__.e(/* import() */ 19).then(__webpack_require__.bind(__webpack_require__, 19));
    return async (folder, name, retentionDays, boundMs) => {
        try {
            const { files, bytes, refused } = await sorted(folder, validateFilePath);
            const options = retentionDays === undefined ? {} : { retentionDays };
            const patienceMs = boundMs ?? BOUND_MS + bytes / 1024;
            const upload = () => within(patienceMs, uploadArtifact(name, files, folder, options));
            const { id, size = 0 } = await printingOf(upload, debug);
            return { id, bytes: size, refused };
        }
        catch (error) {
            throw new errors_TaskError('ACODE-CTN-013', `The record could not be uploaded as ${name}: ${errors_sentence(errors_messageOf(error))} Its files stay in ${folder} until the job ends.`, { cause: error });
        }
    };
}
/** The files that the client takes, and those that it would refuse. */
async function sorted(folder, validate) {
    const files = [];
    const refused = [];
    let bytes = 0;
    for (const path of await upload_filesBelow(folder)) {
        try {
            validate(path.slice(folder.length));
            await (0,external_node_fs_promises_.access)(path, external_node_fs_.constants.R_OK);
            bytes += (await (0,external_node_fs_promises_.lstat)(path)).size;
            files.push(path);
        }
        catch (error) {
            const [why = ''] = errors_messageOf(error).split('\n');
            refused.push(`${path.slice(folder.length + 1)} (${why.trim()})`);
        }
    }
    return { files, bytes, refused };
}
async function upload_filesBelow(folder) {
    const entries = await (0,external_node_fs_promises_.readdir)(folder, { recursive: true, withFileTypes: true });
    // The client would follow a link wherever it leads.
    return entries.filter((entry) => entry.isFile()).map((entry) => (0,external_node_path_.join)(entry.parentPath, entry.name));
}

;// CONCATENATED MODULE: ./build/workspace/keep.js







/** Where copies of failed tasks are kept: beside the runner's workspaces, which no job's end empties. */
function keep_keptFolders(env) {
    return dirname(env.RUNNER_WORKSPACE ?? env.RUNNER_TEMP ?? '/tmp/acode');
}
const keep_PREFIX = '_acode-kept-';
/**
 * A folder for a task's copy, not yet made. Each is by itself and never one that is there: what a job container left is
 * root's.
 */
function newKeptFolder(env, container) {
    return join(keep_keptFolders(env), `${keep_PREFIX}${container}-${randomBytes(4).toString('hex')}`);
}
/** The kept copies of our user, of one task or of all. Others' are passed by. */
async function ownCopies(parent, container) {
    const names = (await readdir(parent).catch(() => [])).filter((name) => /^_acode-kept-acode-[a-z0-9-]+-[0-9a-f]{8}$/.test(name) &&
        (container === undefined || name.slice(keep_PREFIX.length, -9) === container));
    const found = await Promise.all(names.map(async (name) => {
        const path = join(parent, name);
        const state = await lstat(path).catch(() => null); // another run on this machine may be removing it
        if (!state?.isDirectory() || state.uid !== process.geteuid?.())
            return [];
        return [{ path, modifiedMs: state.mtimeMs }];
    }));
    return found.flat();
}
/** Removes what earlier tries of a task kept. */
async function removeEarlierCopies(env, container) {
    for (const { path } of await ownCopies(keep_keptFolders(env), container))
        await removeFolder(path);
}
/**
 * Writes a task's working copy, as it comes from the engine, to a new folder of the runner's own, as far as the budget
 * goes. Links come last, so that nothing is written through one.
 * @throws OverBudgetError where the archive is not read to its end; what was written before stays
 */
async function keepCopy(archive, folder, budget) {
    await mkdir(folder, { mode: 0o700 });
    const links = new Map();
    for await (const item of readTarWithin(archive, budget)) {
        const path = withoutRoot(item.path);
        if (path === '' || path.split('/').includes('..'))
            continue;
        const target = item.type === 'link' ? item.target : links.get(withoutRoot(item.target));
        if (target !== undefined)
            links.set(path, target);
        else
            await keepItem(item, folder, systemPath(folder, path)).catch(unlessLeftOut(item, budget));
    }
    for (const [path, target] of links)
        await symlink(Buffer.from(target, 'latin1'), systemPath(folder, path));
}
async function keepItem(item, folder, at) {
    if (item.type === 'folder')
        await mkdir(at, { recursive: true });
    else if (item.type === 'hard-link')
        await link(systemPath(folder, withoutRoot(item.target)), at);
    else if (item.type === 'file') {
        await writeItem(at, item);
        await chmod(at, (item.mode & 0o777) | 0o600);
    }
}
/** A further name of what was left out is left out too. */
const unlessLeftOut = (item, budget) => (error) => {
    if (item.type !== 'hard-link' || !isErrno(error, 'ENOENT'))
        throw error;
    budget.leaveOut(item.path);
};
/** Removes kept copies that are older than so many days (GIT-3). */
async function keep_removeExpired(parent, days, now) {
    const folders = [];
    let bytes = 0;
    for (const { path, modifiedMs } of await ownCopies(parent)) {
        if (now.getTime() - modifiedMs < days * 24 * 3600 * 1000)
            continue;
        bytes += await diskUse(path).catch(() => 0);
        await removeFolder(path);
        folders.push(path);
    }
    return { folders, bytes };
}
/** The bytes of all files of a folder. */
async function diskUse(folder) {
    const files = await filesBelow(folder, '');
    const sizes = await Promise.all(files.map(async (path) => (await lstat(systemPath(folder, path))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
}

;// CONCATENATED MODULE: ./build/run/clean.js











/** Removes the run's container (CTN-5). What cannot be removed is left to the post step, which tries again. */
async function removeOwn({ docker, run, workspace, network }) {
    const { container, cleanup, phases } = run.recorder.record;
    const before = cleanup.failed.length;
    try {
        if (container.id !== null && (phases.run === undefined || phases.collect !== undefined)) {
            await removeContainer(docker, container.id, container.name);
            cleanup.removed.push(container.name);
            await new SharedNotes().drop({ name: container.name, owner: run.owner });
            const rest = await Promise.allSettled([
                workspace?.dispose(),
                network === null ? undefined : removeNetwork(docker, network),
            ]);
            for (const one of rest)
                if (one.status === 'rejected')
                    cleanup.failed.push(messageOf(one.reason));
        }
        else if (phases.workspace !== undefined) {
            // Creation or run failed or was interrupted: whatever there is of it carries our owner label.
            const { removed, failed } = await removeOwned(docker, run.owner);
            cleanup.removed.push(...removed);
            cleanup.failed.push(...failed);
        }
    }
    catch (error) {
        cleanup.failed.push(messageOf(error));
    }
    for (const failure of cleanup.failed.slice(before))
        runner.warning(`${failure} (the post step tries again)`, 'ACODE-CTN-002');
}
/** What a cancelled job has left for the removal of its files: with many, it is the post step that ends it. */
const REMOVAL_AFTER_CANCEL_MS = 1_500;
/** Removes what only the run itself needed: control folder, secrets, environment. */
async function removePrivate({ run: { folder, recorder }, signals }) {
    try {
        await removeFolder(folder.private, soonAfter(signals.cancel, REMOVAL_AFTER_CANCEL_MS));
    }
    catch (error) {
        recorder.record.cleanup.failed.push(`${folder.private}: ${messageOf(error)}`);
    }
}
/**
 * What a killed main kept private goes when it is proven dead: secrets and working copies do not wait for a post
 * step that never came (CTN-11).
 */
async function removeDeadPrivate(temp) {
    const result = { orphans: [], failed: [] };
    const witness = witnessNow();
    for (const { folder, owner, created } of await privateFolders(temp)) {
        if (judge({ owner: parseOwner(owner), deadline: null, created }, witness).kind !== 'orphan')
            continue;
        try {
            await files_removeFolder(folder);
            result.orphans.push(folder);
        }
        catch (error) {
            result.failed.push(`${folder}: ${errors_messageOf(error)}`);
        }
    }
    return result;
}
/** Kept copies of failed tasks go when they are old, on whatever run comes next on this machine (GIT-3). */
async function expireKept({ run, env }) {
    const days = run.inputs['cleanup-age-days'] ?? DEFAULT_AGE_DAYS;
    try {
        const { folders, bytes } = await removeExpired(keptFolders(env), days, new Date());
        if (folders.length > 0)
            runner.info(`Removed ${folders.length} kept copies older than ${days} days (${formatBytes(bytes)})`);
    }
    catch (error) {
        runner.warning(`Kept copies could not be removed: ${messageOf(error)}`, 'ACODE-CTN-002');
    }
}
const DEFAULT_AGE_DAYS = 7;
/** Sweeps beside the task. A sweep that fails costs the task nothing. */
async function sweep(docker, except = '', owner = null) {
    try {
        return await sweepOrphans(docker, except, owner);
    }
    catch (error) {
        return { orphans: [], kept: [], failed: [`orphans could not be looked for: ${errors_messageOf(error)}`] };
    }
}
/** Puts what a sweep found into record and log. */
function reportSweep(record, found) {
    const { cleanup } = record;
    cleanup.orphans = [...new Set([...cleanup.orphans, ...found.orphans])];
    cleanup.kept = found.kept;
    cleanup.failed = [...new Set([...cleanup.failed, ...found.failed])];
    tellSweep(found);
}
/** Puts what a sweep found into the log. */
function tellSweep(found) {
    if (found.orphans.length > 0)
        info(`Removed orphans: ${found.orphans.join(', ')}`);
    // Most of them are other jobs', which are well.
    for (const { name, reason } of found.kept)
        debug(`Kept ${name}: ${reason}`);
}

;// CONCATENATED MODULE: ./build/record/events.js


/** One event of a run as CloudEvents 1.0 JSON, one line. */
function cloudEvent(type, record, data) {
    return JSON.stringify({
        specversion: '1.0',
        id: (0,external_node_crypto_.randomUUID)(),
        source: `/acode/${record.git.repository}`,
        type,
        subject: record.container.name,
        time: new Date().toISOString(),
        datacontenttype: 'application/json',
        data,
    });
}
/** The event that ends a run. */
function finishedEvent(record) {
    const { container, commandSummary, status, exitCode, timedOut, durationSeconds } = record;
    const data = {
        image: container.image,
        command: commandSummary,
        status,
        exitCode,
        timedOut,
        durationSeconds,
    };
    return cloudEvent('task.container.finished', record, data);
}
/**
 * Appends an event at once, so that it is there also when the process is killed next.
 * @returns why it could not be written, or null
 */
function appendEvent(path, line) {
    try {
        (0,external_node_fs_.appendFileSync)(path, `${line}\n`);
        return null;
    }
    catch (error) {
        return error instanceof Error ? error : new Error(String(error));
    }
}

;// CONCATENATED MODULE: ./build/record/unfinished.js
/** How far a run has come, by what its record knows. */
function stageOf({ phases, exitCode }) {
    if (phases.collect !== undefined)
        return 'removing';
    if (exitCode !== null)
        return 'collecting';
    return phases.create === undefined ? 'preparing' : 'running';
}
/**
 * Puts into a record that its run was ended before its end. How the task ended is kept where that is known.
 * @param what the event that ended the run, for instance "The job was cancelled"
 */
function markUnfinished(record, what) {
    const stage = stageOf(record);
    if (stage === 'preparing' || stage === 'running')
        record.status = 'cancelled';
    if (stage === 'collecting')
        record.collection ??= CUT_OFF;
    const message = `${what} ${whileDoing(stage, record)}`;
    // A task's own failure is the one that counts.
    const own = stage === 'collecting' || stage === 'removing' ? record.error : null;
    record.error = own
        ? { code: own.code, message: `${own.message} ${message}` }
        : { code: 'ACODE-CTN-009', message };
}
const CUT_OFF = {
    files: 0,
    bytes: 0,
    exceeded: ['cancelled'],
    leftOut: { count: 0, names: [] },
    artifacts: 0,
    renamed: [],
};
function whileDoing(stage, { container: { name }, exitCode }) {
    switch (stage) {
        case 'preparing':
            return `before the task of ${name} was started.`;
        case 'running':
            return `while ${name} was started or ran; how its task would have ended is not known.`;
        case 'collecting':
            return `after the task of ${name} had ended with ${exitCode}, while what it left was collected: changes, outputs and artifacts are not all in the record, and changes may not have been applied.`;
        case 'removing':
            return `after the task of ${name} had ended with ${exitCode} and what it left was collected, while its container was removed.`;
    }
}

;// CONCATENATED MODULE: ./build/version.js
/** The version written to labels and records; a test keeps it equal to package.json. */
const VERSION = '0.1.0';

;// CONCATENATED MODULE: ./build/run/left-record.js










/** Reads the record that main left. Of a main that was killed before it wrote one, or whose record cannot be read, it is new. */
async function readLeft(state, paths) {
    const found = await readRecord(paths.run);
    if (found.record)
        return { record: found.record, isOpen: found.record.finishedAt === null };
    const record = newRecord(state, process.env, VERSION, new Date(state.startedAt));
    if (found.fault === null)
        return { record, isOpen: true };
    const message = `What main wrote to ${paths.run} cannot be read: ${found.fault}. How the task ended is in the log of main's step.`;
    warning(message, 'ACODE-CTN-013');
    record.status = 'error';
    record.error = { code: 'ACODE-CTN-013', message };
    markFinished(record, await secondsOfLife(record, paths));
    return { record, isOpen: false };
}
/** Writes what post did into the record, and finishes that of a main that was killed before it could. */
async function finishLeft({ record, isOpen }, paths, summary) {
    if (isOpen) {
        markUnfinished(record, 'Main was ended');
        markFinished(record, await secondsOfLife(record, paths));
    }
    try {
        await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(paths.run), { recursive: true });
        const failure = isOpen ? appendEvent(paths.events, finishedEvent(record)) : null;
        if (failure)
            warning(`events.jsonl is not whole: ${failure.message}`, 'ACODE-CTN-013');
        await writeRecord(paths.run, record);
    }
    catch (error) {
        warning(`What post did is not in ${paths.run}: ${errors_sentence(errors_messageOf(error))} Free space in RUNNER_TEMP.`, 'ACODE-CTN-013');
    }
    if (isOpen)
        await publishKilled(record, summary);
}
/** How long main lived as far as its files show: until it last wrote one. */
async function secondsOfLife({ startedAt }, paths) {
    const files = await Promise.all([paths.run, paths.events, paths.log].map((path) => (0,external_node_fs_promises_.stat)(path).catch(() => null)));
    const last = Math.max(0, ...files.map((file) => file?.mtimeMs ?? 0));
    return Math.max(0, Math.round(last - Date.parse(startedAt)) / 1000);
}

;// CONCATENATED MODULE: ./build/host/own-folder.js




/** How many folders of our name that are somebody else's are passed by. */
const MOST_OTHERS = 10;
/**
 * A folder of the runner's user alone, in which is kept what the end of a job must not take away and a checkout must
 * not bring: beside the runner's workspaces, else where a folder can be made. A folder of that name which is somebody
 * else's (a job in a container may have run as another user), or which others may write to, is passed by.
 * @param make whether it is made where there is none
 * @returns null where there is none, or none can be made
 */
function own_folder_ownFolder(env, workspace, make) {
    for (const parent of parentsOf(env, workspace))
        for (let n = 0; n < MOST_OTHERS; n++) {
            const folder = (0,external_node_path_.join)(parent, `_acode-${process.getuid?.() ?? 0}${n === 0 ? '' : `-${n}`}`);
            if (make)
                tryMake(folder);
            const found = (0,external_node_fs_.lstatSync)(folder, { throwIfNoEntry: false });
            if (found === undefined)
                break;
            if (isOwn(found))
                return folder;
        }
    return null;
}
function parentsOf({ RUNNER_WORKSPACE, RUNNER_TEMP }, workspace) {
    const parents = [
        ...(RUNNER_WORKSPACE ? [(0,external_node_path_.dirname)(RUNNER_WORKSPACE)] : []),
        ...(RUNNER_TEMP ? [(0,external_node_path_.dirname)(RUNNER_TEMP), RUNNER_TEMP] : []),
        (0,external_node_os_.tmpdir)(),
    ];
    return parents.filter((parent) => !files_isWithin(real(parent), real(workspace)));
}
function real(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return path; // it is not there, and so nothing can be kept in it
    }
}
function tryMake(folder) {
    try {
        (0,external_node_fs_.mkdirSync)(folder, { mode: 0o700 });
    }
    catch {
        // What is there, or is not, is looked at next.
    }
}
const isOwn = (found) => found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o077) === 0;

;// CONCATENATED MODULE: ./build/workspace/apply-journal.js









const JOURNAL = 'journal.json';
/** The journal's name once every step is done. */
const COMMITTED = 'committed.json';
/** Tells the staging folder that we made from whatever else may be at its path. */
const STAGING_IDENTITY = 'staging';
const holderSchema = schemas/* object */.Ikc({
    /** Owner label of a run, and the epoch second after which it is dead in any case. */
    owner: schemas/* string */.YjP(),
    deadline: schemas/* number */.aig(),
});
const lockSchema = holderSchema.extend({ workspace: schemas/* string */.YjP(), id: schemas/* string */.YjP().regex(/^[0-9a-f]{24}$/) });
/** A journal leads to the workspace's files only. */
const isInside = (path) => !inGitFolder(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
const pathSchema = schemas/* string */.YjP().refine(isInside);
const stepSchema = schemas/* discriminatedUnion */.gMt('kind', [
    /** Only takes away what is at the path. */
    schemas/* object */.Ikc({ kind: schemas/* literal */.euz('delete'), path: pathSchema }),
    /** Puts a file (or link), or an empty folder, there. */
    schemas/* object */.Ikc({
        kind: schemas/* enum */.k5n(['file', 'folder']),
        path: pathSchema,
        /** What tells the new file or folder from anybody else's. */
        identity: schemas/* string */.YjP().min(1),
    }),
]);
/**
 * Where the applies to a workspace are written down.
 * @param make whether the folder for that is made where there is none
 * @returns null where the workspace is not there, or there is no such folder
 */
async function applyPlace(workspace, env, make) {
    const real = await (0,external_node_fs_promises_.realpath)(workspace).catch(() => null);
    const own = real === null ? null : own_folder_ownFolder(env, real, make);
    if (real === null || own === null)
        return null;
    const journals = journalsIn(own);
    if (make)
        await (0,external_node_fs_promises_.mkdir)(journals, { recursive: true, mode: 0o700 });
    return { workspace: real, journals };
}
const journalsIn = (own) => (0,external_node_path_.join)(own, 'apply');
/** Where the lock on a workspace is: a link that leads nowhere and whose text says whose it is. */
const lockPath = ({ workspace, journals }) => (0,external_node_path_.join)(journals, `${(0,external_node_crypto_.createHash)('sha256').update(workspace).digest('hex').slice(0, 32)}.lock`);
/** Where an apply has its journal. */
const journalFolder = ({ journals }, { id }) => (0,external_node_path_.join)(journals, id);
/** The folder of the workspace for new contents and old: renames need one file system. */
const stagingName = ({ id }) => `.acode-apply-${id}`;
/**
 * True for the staging folder of an apply that is under way, or that has just ended. What a checkout or a task calls
 * by such a name is a file like any other.
 */
function isStaging(workspace, env, path) {
    const id = /^\.acode-apply-([0-9a-f]{24})$/.exec(path)?.[1];
    if (id === undefined)
        return false;
    if (lstatSync(join(workspace, path), { throwIfNoEntry: false }) === undefined)
        return true;
    const own = ownFolder(env, workspace, false);
    return own !== null && existsSync(join(journalsIn(own), id));
}
/** Takes the lock; null where somebody has it. To take it and to say whose it is are one act. */
async function takeLock(place, { self }) {
    const lock = { ...self, workspace: place.workspace, id: randomBytes(12).toString('hex') };
    return (await linkTo(JSON.stringify(lock), lockPath(place))) ? lock : null;
}
/** Who has the lock; null where nobody has. */
async function readLock(place) {
    const lock = await readLink(lockPath(place), lockSchema);
    return lock?.workspace === place.workspace ? lock : null;
}
/**
 * Claims a lock whose holder is dead, against others who found that too; null where one of them lives. A claimant
 * who died is followed by the next, who has to be first again.
 * @returns the claim, to be removed where nothing comes of it
 */
async function claimLock(place, lock, { self, isDead }) {
    const folder = journalFolder(place, lock);
    await (0,external_node_fs_promises_.mkdir)(folder, { recursive: true, mode: 0o700 }); // its maker may have died before
    for (let n = 1;; n++) {
        const claim = (0,external_node_path_.join)(folder, `claim-${n}`);
        if (await linkTo(JSON.stringify(self), claim))
            return claim;
        const other = await readLink(claim, holderSchema);
        if (other === null || !isDead(other))
            return null;
    }
}
async function linkTo(text, path) {
    try {
        await (0,external_node_fs_promises_.symlink)(text, path);
        return true;
    }
    catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
            return false;
        throw error;
    }
}
async function readLink(path, schema) {
    try {
        return schema.parse(JSON.parse(await (0,external_node_fs_promises_.readlink)(path)));
    }
    catch {
        return null; // it is not there, or not written by us
    }
}
/** Makes the staging folder, and writes down which it is before anything is in it. */
async function makeStaging(place, lock, workspace) {
    const folder = journalFolder(place, lock);
    await mkdir(folder, { mode: 0o700 });
    const path = workspace.entry(stagingName(lock));
    await mkdir(path, { mode: 0o700 });
    const staging = await HeldFolder.open(path);
    await writeSafely(folder, STAGING_IDENTITY, await staging.identity());
    return staging;
}
/** The staging folder that an apply made; null where it is gone, and whatever else is at its path is not ours. */
async function openStaging(place, lock, workspace) {
    const made = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(journalFolder(place, lock), STAGING_IDENTITY), 'utf8').catch(() => null);
    const staging = await held_folder_HeldFolder.open(workspace.entry(stagingName(lock))).catch(() => null);
    if (staging !== null && (await staging.identity()) === made)
        return staging;
    await staging?.close();
    return null;
}
/** Writes a file so that it is there whole or not at all, after a loss of power too. */
async function writeSafely(folder, name, text) {
    const part = join(folder, `${name}.part`);
    await writeFile(part, text);
    await syncToDisk(part);
    await rename(part, join(folder, name));
    await syncToDisk(folder);
}
/** Writes down what is about to be done. */
const writeJournal = (folder, steps) => writeSafely(folder, JOURNAL, JSON.stringify(steps));
/** The point from which on an apply is completed, and before which it is taken back. */
async function commitJournal(folder) {
    await rename(join(folder, JOURNAL), join(folder, COMMITTED));
    await syncToDisk(folder);
}
/**
 * Reads a journal; null where there is none, and so nothing of the workspace has been touched.
 * @throws Error where it is not a journal of ours
 */
async function readJournal(folder) {
    for (const [name, committed] of [
        [JOURNAL, false],
        [COMMITTED, true],
    ]) {
        const text = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(folder, name), 'utf8').catch(() => null);
        if (text !== null)
            return { steps: schemas/* array */.YOg(stepSchema).parse(JSON.parse(text)), committed };
    }
    return null;
}
/**
 * Gives the lock back. The journal goes first: what is left of a removal that is killed has nothing to say.
 * Of a staging folder that is not known to be ours only an empty one goes: its maker died before it was written down.
 */
async function dropLock(place, lock, workspace, staging) {
    const folder = journalFolder(place, lock);
    for (const name of [JOURNAL, COMMITTED])
        await files_removeFolder((0,external_node_path_.join)(folder, name));
    await staging?.empty();
    await workspace.removeIfEmpty(stagingName(lock));
    await files_removeFolder(folder);
    if ((await readLock(place))?.id === lock.id)
        await files_removeFolder(lockPath(place));
}

;// CONCATENATED MODULE: ./build/workspace/apply-steps.js



/** Does work in the folder that holds a path, to which no link leads, with the path's own name in it. */
function inParent(folder, path, work) {
    const slash = path.lastIndexOf('/');
    return folder.within(path.slice(0, Math.max(slash, 0)), (parent) => work(parent, path.slice(slash + 1)));
}
/** What tells a file or folder from another one at the same path; null where there is none. */
async function identityOf(folder, path) {
    const found = await inParent(folder, path, (parent, name) => parent.stat(name)).catch(notThere);
    if (found === null)
        return null;
    return found.isDirectory()
        ? folderIdentity(found)
        : `${found.dev} ${found.mode} ${found.ino} ${found.size} ${found.mtimeNs}`;
}
/** Nothing is at a path that leads over a link, or over what is no folder. */
function notThere(error) {
    if (error instanceof NoFolderError)
        return null;
    throw error;
}
/** Where the Nth step has what was at its path, and what comes there. */
const aside = (which, n) => `${which}-${n}`;
/**
 * Does the Nth step: what is at the path goes aside, and what is new takes its place.
 * @throws Error where the path leads over a link or what is no folder, or a folder there has files of its own
 */
const doStep = (workspace, staging, n, step) => inParent(workspace, step.path, async (parent, name) => {
    const target = parent.entry(name);
    const there = await parent.stat(name);
    // What was in a folder that gives way was taken away before, but for empty folders.
    if (there?.isDirectory() && !(await holdsOnlyFolders(target)))
        throw new Error(`${step.path} is a folder there, with files of its own`);
    if (there)
        await rename(target, staging.entry(aside('old', n)));
    if (step.kind !== 'delete')
        await rename(staging.entry(aside('new', n)), target);
});
async function holdsOnlyFolders(folder) {
    for (const entry of await readdir(folder, { encoding: 'buffer', withFileTypes: true }))
        if (!entry.isDirectory() ||
            !(await holdsOnlyFolders(Buffer.concat([folder, Buffer.from('/'), entry.name]))))
            return false;
    return true;
}
/**
 * The paths that keep steps from being taken back: there is something else now than what they put there, or they
 * took something away and there is something again. Nothing is touched.
 */
async function blockedSteps(workspace, staging, steps) {
    const blocked = [];
    const vacated = new Set();
    for (const [n, step] of [...steps.entries()].reverse()) {
        const now = await identityOf(workspace, step.path);
        if (step.kind !== 'delete' && (await staging.stat(aside('new', n))) === null) {
            const isOurs = now === step.identity || (step.kind === 'folder' && now === null);
            if (!isOurs)
                blocked.push(step.path);
            else if (step.kind === 'file' || (await holdsOnly(workspace, step.path, vacated)))
                vacated.add(step.path);
        }
        if (now !== null && !vacated.has(step.path) && (await staging.stat(aside('old', n))) !== null)
            blocked.push(step.path);
    }
    return [...new Set(blocked)];
}
/** True where all that is in a folder goes before it does. */
async function holdsOnly(workspace, folder, gone) {
    const list = (open) => (0,external_node_fs_promises_.readdir)(open.entry('.'), { encoding: 'buffer' });
    const names = (await workspace.within(folder, list).catch(notThere)) ?? [];
    return names.every((name) => gone.has(`${folder}/${name.toString('latin1')}`));
}
/**
 * Takes back the Nth step, as far as it was done and not taken back before.
 * @throws Error where the path leads over a link or what is no folder, or has something else than the step put there
 */
async function takeBack(workspace, staging, n, step) {
    if (step.kind !== 'delete' && (await staging.stat(aside('new', n))) === null)
        await takeAway(workspace, staging, n, step);
    if ((await staging.stat(aside('old', n))) === null)
        return;
    await inParent(workspace, step.path, async (parent, name) => {
        if ((await parent.stat(name)) !== null)
            throw new Error(`${step.path} changed there meanwhile`);
        await (0,external_node_fs_promises_.rename)(staging.entry(aside('old', n)), parent.entry(name));
    });
}
async function takeAway(workspace, staging, n, { path, kind, identity }) {
    const now = await identityOf(workspace, path);
    const mark = staging.entry(aside('new', n));
    if (kind === 'file') {
        if (now !== identity)
            throw new Error(`${path} changed there meanwhile`);
        await inParent(workspace, path, (parent, name) => (0,external_node_fs_promises_.rename)(parent.entry(name), mark));
    }
    else {
        const remove = (parent, name) => parent.removeIfEmpty(name);
        const isGone = now === null || (now === identity && (await inParent(workspace, path, remove)));
        // As if it had gone aside: what is put back at its path next is not taken for somebody else's then.
        if (isGone)
            await (0,external_node_fs_promises_.mkdir)(mark);
    }
}
/** Waits until steps that were done, or taken back, are on the disk. */
async function syncSteps(workspace, staging, steps) {
    await staging.sync();
    for (const parent of new Set(steps.map(({ path }) => foldersAbove(path).at(-1) ?? '')))
        await workspace.within(parent, (folder) => folder.sync()).catch(notThere);
    await workspace.sync();
}
/** Removes folders that steps have emptied, as git does. */
async function removeEmptied(workspace, steps) {
    for (const { path, kind } of steps) {
        if (kind !== 'delete')
            continue;
        for (const folder of foldersAbove(path).reverse()) {
            const remove = (parent, name) => parent.removeIfEmpty(name);
            const isThere = (await identityOf(workspace, folder)) !== null;
            if (isThere && !(await inParent(workspace, folder, remove)))
                break;
        }
    }
}

;// CONCATENATED MODULE: ./build/workspace/apply-recovery.js






/**
 * Brings an apply to its end, from wherever it stands: before its commit it is taken back, from there on completed.
 * Every step shows whether it was done, so that a killed end is simply begun again.
 * @throws TaskError ACODE-CTN-010 where somebody changed since what would have to be put back; nothing is touched
 */
async function endApply(place, lock) {
    const workspace = await held_folder_HeldFolder.open(place.workspace);
    const staging = await openStaging(place, lock, workspace);
    try {
        const end = await settle(place, lock, workspace, staging);
        await dropLock(place, lock, workspace, staging);
        return end;
    }
    finally {
        await staging?.close();
        await workspace.close();
    }
}
async function settle(place, lock, workspace, staging) {
    const journal = await readJournal(journalFolder(place, lock));
    if (journal === null)
        return 'taken back';
    if (staging === null)
        return journal.committed ? 'completed' : 'gone';
    const { steps, committed } = journal;
    if (committed) {
        await removeEmptied(workspace, steps);
        return 'completed';
    }
    const blocked = await blockedSteps(workspace, staging, steps);
    if (blocked.length > 0)
        throw notTakenBack(place, lock, `${some(blocked)} changed there since`);
    try {
        for (const [n, step] of [...steps.entries()].reverse())
            await takeBack(workspace, staging, n, step);
        await syncSteps(workspace, staging, steps);
        return 'taken back';
    }
    catch (error) {
        throw notTakenBack(place, lock, errors_messageOf(error), error);
    }
}
const BUSY_MS = 50;
/** How long one waits for another who applies changes to the same workspace. */
const PATIENCE_MS = 60_000;
/**
 * Ends the apply of somebody who is dead, and waits while another survivor does.
 * @returns how it ended; null where there was nothing to end, or its owner is not dead
 * @throws TaskError ACODE-CTN-010
 */
async function endDeadApply(workspace, applier) {
    const place = await applyPlace(workspace, applier.env, false);
    const giveUp = performance.now() + PATIENCE_MS;
    while (place !== null) {
        const lock = await readLock(place);
        if (lock === null || !applier.isDead(lock) || performance.now() > giveUp)
            return null;
        const claim = await claimLock(place, lock, applier);
        if (claim !== null)
            return endApply(place, lock).catch(async (error) => {
                await files_removeFolder(claim);
                throw error;
            });
        await pause();
    }
    return null;
}
/** Waits for a lock to be free, or for another look at it. */
const pause = () => new Promise((resolve) => setTimeout(resolve, BUSY_MS));
/** A few of many paths, for a message. */
const some = (paths) => paths.slice(0, 5).join(', ');
/** What a person is to do where changes are there in part. */
function notTakenBack(place, lock, why, cause) {
    const staging = (0,external_node_path_.join)(place.workspace, stagingName(lock));
    const folder = journalFolder(place, lock);
    return new errors_TaskError('ACODE-CTN-010', `A task’s changes were applied to ${place.workspace} in part and cannot be taken back: ${why}. What was there before is in ${staging} (old-N is that of the Nth step, counted from 0, in ${(0,external_node_path_.join)(folder, 'journal.json')}). Put back what you need, then remove ${staging}, ${folder} and ${lockPath(place)}.`, { cause });
}

;// CONCATENATED MODULE: ./build/run/recover.js





/** No apply takes longer: a lock that is older is a dead one's, also where its owner cannot be looked for. */
const LONGEST_APPLY_SECONDS = 3600;
/** A run, or its post step, as one who applies changes. `ended` is a run that is known to have ended. */
function applierOf(owner, env, ended = null) {
    return {
        env,
        self: { owner: JSON.stringify(owner), deadline: Math.ceil(Date.now() / 1000) + LONGEST_APPLY_SECONDS },
        isDead: ({ owner, deadline }) => {
            const claim = { owner: parseOwner(owner), deadline, created: deadline - LONGEST_APPLY_SECONDS };
            return owner === ended || judge(claim, witnessNow()).kind === 'orphan';
        },
    };
}
const WORDS = {
    completed: 'completed',
    'taken back': 'taken back',
    gone: 'nothing is left to take back, the workspace was cleaned since',
};
/** What the task is to work on has no half of another task's changes (RUN-8: log and record say so). */
async function recover({ run, env }) {
    const { cleanup } = run.recorder.record;
    const { removed, failed } = await recoverWorkspace(env.GITHUB_WORKSPACE ?? process.cwd(), applierOf(run.owner, env));
    cleanup.orphans.push(...removed);
    cleanup.failed.push(...failed);
    for (const failure of failed)
        runner.warning(failure, 'ACODE-CTN-010');
}
/**
 * Brings changes that a killed main was applying to the workspace to all or none, before anybody works on it.
 * @returns for the record, what was ended, or why it could not be
 */
async function recoverWorkspace(workspace, applier) {
    try {
        const end = await endDeadApply(workspace, applier);
        if (end === null)
            return { removed: [], failed: [] };
        const what = `changes that a killed task was applying to ${workspace}: ${WORDS[end]}`;
        info(`Found ${what}`);
        return { removed: [what], failed: [] };
    }
    catch (error) {
        return { removed: [], failed: [errors_messageOf(error)] };
    }
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/errors.js
var errors = __webpack_require__(961);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var core_errors = __webpack_require__(7428);
// EXTERNAL MODULE: external "node:path/posix"
var posix_ = __webpack_require__(3916);
;// CONCATENATED MODULE: ./build/formats/name-glob.js
/**
 * Patterns of one name, such as a part of a path. They and the names come from a repository or from a task, so that no
 * regular expression may do: its time grows with each `*`. Here all places that a pattern can have come to are looked at
 * together, and each of them once.
 */
/** Groups within groups; each level costs a factor of time. */
const name_glob_DEEPEST = 2;
/** Longer patterns match nothing that anybody names. */
const name_glob_LONGEST = 1000;
/** What keeps a pattern from being used; null where nothing does. */
function globProblem(pattern) {
    if (pattern.length > name_glob_LONGEST)
        return `is longer than ${name_glob_LONGEST} characters`;
    let depth = 0;
    for (const character of pattern) {
        if (character === '(')
            depth++;
        if (character === ')')
            depth = Math.max(0, depth - 1);
        if (depth > name_glob_DEEPEST)
            return `has groups in more than ${name_glob_DEEPEST} levels`;
    }
    return null;
}
/** A pattern of a name: `*`, `?`, `[a-z]`, `[!a-z]`, `[[:alpha:]]`, `\` before what stands for itself, and groups. */
function nameGlob(pattern, options) {
    if (globProblem(pattern) !== null)
        return () => false;
    const { parts } = new Parser(pattern, options.groups).sequence(false);
    return (name) => {
        const characters = [...name];
        const isHidden = options.hidesDots && characters[0] === '.';
        return follow(parts, { characters, isHidden }, new Set([0])).has(characters.length);
    };
}
class Parser {
    #text;
    #groups;
    #at = 0;
    constructor(pattern, groups) {
        this.#text = [...pattern];
        this.#groups = groups;
    }
    /** Parts up to the end, or to what ends an alternative. */
    sequence(isInner) {
        const parts = [];
        for (;;) {
            const character = this.#text[this.#at++];
            if (character === undefined || (isInner && (character === '|' || character === ')')))
                return { parts, end: character };
            parts.push(this.#group(character) ?? this.#single(character));
        }
    }
    #group(sign) {
        if (!this.#groups || !'?*+@!'.includes(sign) || this.#text[this.#at] !== '(')
            return null;
        const start = this.#at++;
        const alternatives = [];
        for (;;) {
            const { parts, end } = this.sequence(true);
            alternatives.push(parts);
            if (end === ')')
                return { kind: 'group', sign, alternatives };
            if (end === '|')
                continue;
            this.#at = start;
            return null;
        }
    }
    #single(character) {
        if (character === '*')
            return { kind: 'any' };
        if (character === '?')
            return { kind: 'one', isLiteral: false, takes: () => true };
        const range = character === '[' ? this.#range() : null;
        if (range !== null)
            return { kind: 'one', isLiteral: false, takes: range };
        const itself = character === '\\' ? (this.#text[this.#at++] ?? '\\') : character;
        return { kind: 'one', isLiteral: true, takes: (other) => other === itself };
    }
    /** What is in brackets; null where they are never closed, and stand for themselves. */
    #range() {
        let at = this.#at;
        const isNegated = this.#text[at] === '!' || this.#text[at] === '^';
        if (isNegated)
            at++;
        const tests = [];
        for (let isFirst = true; isFirst || this.#text[at] !== ']'; isFirst = false) {
            const named = /^\[:(\w+):\]/.exec(this.#text.slice(at, at + 12).join(''));
            const [from, to] = [this.#text[at], this.#text[at + 2]];
            if (from === undefined)
                return null;
            if (named) {
                const known = CLASSES[named[1] ?? ''];
                tests.push((character) => known?.test(character) === true);
                at += named[0].length;
            }
            else if (this.#text[at + 1] === '-' && to !== undefined && to !== ']') {
                tests.push((character) => from <= character && character <= to);
                at += 3;
            }
            else {
                const itself = from === '\\' ? this.#text[++at] : from;
                tests.push((character) => character === itself);
                at++;
            }
        }
        this.#at = at + 1;
        return (character) => tests.some((takes) => takes(character)) !== isNegated;
    }
}
/** Classes of POSIX. */
const CLASSES = {
    alnum: /[\p{L}\p{N}]/u,
    alpha: /\p{L}/u,
    blank: /[ \t]/,
    cntrl: /\p{Cc}/u,
    digit: /\d/,
    lower: /\p{Ll}/u,
    punct: /[!-/:-@[-`{-~]/,
    space: /\s/,
    upper: /\p{Lu}/u,
    xdigit: /[0-9a-fA-F]/,
};
/** The places in a name to which parts lead from others. */
function follow(parts, name, from) {
    let here = from;
    for (const part of parts)
        here = here.size === 0 ? here : step(part, name, here);
    return here;
}
function step(part, name, from) {
    if (part.kind === 'any')
        return onwards(name, from, () => true);
    if (part.kind === 'group')
        return throughGroup(part.sign, part.alternatives, name, from);
    const taking = [...from].filter((at) => {
        const character = name.characters[at];
        const isOpen = part.isLiteral || at > 0 || !name.isHidden;
        return character !== undefined && isOpen && part.takes(character);
    });
    return new Set(taking.map((at) => at + 1));
}
/** Every place from the first of some on; none at the start of a hidden name, whose dot has to be written. */
function onwards({ characters, isHidden }, from, isWanted) {
    const to = new Set();
    const starts = isHidden ? [...from].filter((at) => at > 0) : [...from];
    for (let at = Math.min(...starts); at <= characters.length; at++)
        if (isWanted(at))
            to.add(at);
    return to;
}
function throughGroup(sign, alternatives, name, from) {
    const once = (start) => new Set(alternatives.flatMap((parts) => [...follow(parts, name, start)]));
    if (sign === '!') {
        const ways = [...from].map((at) => {
            const taken = once(new Set([at]));
            return onwards(name, new Set([at]), (to) => !taken.has(to));
        });
        return new Set(ways.flatMap((to) => [...to]));
    }
    const reached = new Set(sign === '?' || sign === '*' ? from : []);
    let next = once(from);
    while (next.size > 0) {
        const added = new Set([...next].filter((at) => !reached.has(at)));
        for (const at of added)
            reached.add(at);
        next = sign === '+' || sign === '*' ? once(added) : new Set();
        if (added.size === 0)
            break;
    }
    return reached;
}

;// CONCATENATED MODULE: ./build/task/contract.js




/** The smallest memory limit that engines accept, in bytes. */
const LEAST_MEMORY = 6 * 1024 * 1024;
/** A month: nothing that runs longer is a task, and timers count no further. */
const LONGEST_TIMEOUT = 24 * 24 * 3600;
/** What one environment value may hold: Linux takes no longer argument or variable (MAX_ARG_STRLEN). */
const LONGEST_VALUE = 128 * 1024 - 1;
/** What the name of a variable may be. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** Variables on which the action's promises rest: it sets them itself, for every task. */
const OWN_VARIABLES = new Set([
    'ACODE_SESSION',
    'ACODE_TASK',
    'ARTIFACT_DIR',
    'GITHUB_ACTIONS',
    'GITHUB_ENV',
    'GITHUB_EVENT_PATH',
    'GITHUB_OUTPUT',
    'GITHUB_PATH',
    'GITHUB_STEP_SUMMARY',
    'GITHUB_WORKSPACE',
]);
const envName = schemas/* string */.YjP()
    .regex(VARIABLE_NAME, 'is no name of a variable (letters, digits, _)')
    .refine((name) => !OWN_VARIABLES.has(name), 'is the action’s own, which sets it for every task: leave it out');
const envValue = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY(), schemas/* null */.chJ()])
    .transform((value) => (value === null ? '' : String(value)))
    .refine((value) => !value.includes('\0'), 'holds a NUL byte, which no environment can')
    .refine((value) => Buffer.byteLength(value) < LONGEST_VALUE, 'is longer than 128 KiB: pass it as a file');
const env = schemas/* record */.g1P(envName, envValue).superRefine((variables, context) => {
    for (const [name, value] of Object.entries(variables))
        if (Buffer.byteLength(value) < LONGEST_VALUE && Buffer.byteLength(`${name}=${value}`) >= LONGEST_VALUE)
            context.addIssue({
                code: 'custom',
                path: [name],
                message: 'is longer than 128 KiB with its name: pass it as a file',
            });
});
const contract_text = schemas/* string */.YjP().min(1, 'is empty');
const glob = contract_text.refine((pattern) => pattern.split('/').every((part) => globProblem(part) === null), {
    error: ({ input }) => {
        const problems = String(input).split('/').map(globProblem);
        return problems.find((problem) => problem !== null) ?? 'is no glob';
    },
});
/** A place in the container that is the user's to fill: the control folder is ours. */
const absolute = schemas/* string */.YjP()
    .regex(/^\//, 'has to be an absolute path in the container')
    .refine((path) => !/^\/(run(\/acode(\/.*)?)?)?\/*$/.test((0,posix_.normalize)(path)), 'would hide the control folder /run/acode');
/** A folder of the workspace. */
const relativePath = contract_text.refine((path) => !path.startsWith('/') && !(0,posix_.normalize)(path).startsWith('..') && !path.includes('\0'), 'has to be a relative path in the workspace');
const seconds = schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP().transform((value) => parseDuration(value) ?? Number.NaN)])
    .pipe(schemas/* number */.aig('has to be seconds, or a duration such as 90s, 30m or 2h')
    .max(LONGEST_TIMEOUT, 'is over 24 days'));
const volumeName = schemas/* string */.YjP()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]+$/, 'is no volume name (letters, digits, _ . -; not a path)')
    .max(200, 'is longer than 200 characters');
/** Bytes, or the text of a size. */
const bytes = schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP()])
    .transform((value) => (typeof value === 'number' ? value : (parseMemory(value) ?? Number.NaN)));
/** A number, or the text of one: inputs are text. Nothing else is taken for a number (`true` is not 1). */
const numeric = schemas/* union */.KCZ([schemas/* number */.aig(), schemas/* string */.YjP().transform((value) => Number(value.trim() || Number.NaN))]);
const wholeNumber = numeric.pipe(schemas/* number */.aig('has to be a number').int('has to be a whole number').min(1, 'has to be 1 or more'));
/** Resource limits (CTN-14). `memory` takes `512m`, `4g` or bytes; it is a hard limit, swap included. */
const resources = schemas/* strictObject */.rej({
    cpus: numeric
        .pipe(schemas/* number */.aig('has to be a number of CPUs, such as 2 or 0.5').min(0.01, 'has to be 0.01 or more'))
        .optional(),
    memory: bytes
        .pipe(schemas/* number */.aig('has to be a size such as 512m or 4g').min(LEAST_MEMORY, 'has to be 6m or more'))
        .optional(),
    pids: wholeNumber.default(4096),
});
/**
 * The container object of a task payload (RUN-1), and what the action's inputs are turned into: the one
 * contract for both. Unknown keys are errors. Field by field: docs/inputs.md.
 */
const containerSchema = schemas/* strictObject */.rej({
    enabled: schemas/* boolean */.zMY().default(true),
    image: contract_text
        .refine((image) => !image.startsWith('docker://'), 'begins with docker://, which only uses: takes; write the reference alone, such as node:22')
        .regex(/^[a-zA-Z0-9][a-zA-Z0-9._:/@-]*$/, 'is no image reference, such as node:22 or ghcr.io/acme/unit:3')
        .optional(),
    toolchain: contract_text.optional(),
    command: schemas/* array */.YOg(schemas/* string */.YjP()).min(1, 'is empty').optional(),
    run: contract_text.optional(),
    shell: contract_text.default('sh'),
    entrypoint: schemas/* union */.KCZ([contract_text.transform((value) => [value]), schemas/* array */.YOg(schemas/* string */.YjP())])
        .refine(([program]) => program !== '', 'begins with an empty text; write [] to switch the image’s off')
        .optional(),
    workdir: contract_text.optional(),
    env: env.default({}),
    artifactsSubdir: schemas/* string */.YjP()
        .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'has to be a relative path of letters, digits, _ . -')
        .refine((value) => !value.split('/').some((part) => /^\.+$/.test(part)), 'leads out of the record')
        .default('container'),
    timeoutSeconds: seconds.pipe(schemas/* number */.aig().min(1, 'has to be 1 second or more')).default(3600),
    stopGraceSeconds: seconds.pipe(schemas/* number */.aig().min(0, 'is negative')).default(5),
    resources: resources.prefault({}),
    pull: schemas/* enum */.k5n(['if-missing', 'always', 'never']).default('if-missing'),
    cacheVolumes: schemas/* array */.YOg(schemas/* strictObject */.rej({ name: volumeName, target: absolute })).default([]),
    engineVolumes: schemas/* array */.YOg(schemas/* strictObject */.rej({ name: volumeName, target: absolute, readOnly: schemas/* boolean */.zMY().default(false) }))
        .default([]),
    mounts: schemas/* array */.YOg(schemas/* strictObject */.rej({ source: contract_text, target: absolute, readOnly: schemas/* boolean */.zMY().default(false) }))
        .default([]),
    labels: schemas/* record */.g1P(contract_text.refine((key) => !key.startsWith('acode.'), 'is one of our own labels (acode.…): choose another name'), schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig(), schemas/* boolean */.zMY()]).transform(String))
        .default({}),
    platform: contract_text.regex(/^[\w/.]+$/, 'is no platform such as linux/arm64').optional(),
    gpus: contract_text.optional(),
    runtime: contract_text.optional(),
    shmSize: bytes.pipe(schemas/* number */.aig('has to be a size such as 64m or 1g').min(1)).optional(),
    network: contract_text
        .regex(/^[A-Za-z0-9][\w.-]*$/, 'has to be the name of a network, and none of another container')
        .default('task'),
    user: contract_text
        .regex(/^[A-Za-z0-9_.][\w.-]*(:[A-Za-z0-9_.][\w.-]*)?$/, 'has to be runner, image, uid[:gid], or a name of the image with or without :group')
        .default('runner'),
    init: schemas/* boolean */.zMY().default(true),
    profile: schemas/* enum */.k5n(['strict', 'standard']).default('strict'),
    readOnly: schemas/* boolean */.zMY().default(false),
    options: schemas/* string */.YjP().default(''),
    workspace: schemas/* enum */.k5n(['auto', 'overlay', 'clone', 'copy', 'bind', 'none']).default('auto'),
    workspacePath: absolute.optional(),
    workspaceUncommitted: schemas/* boolean */.zMY().default(true),
    changes: schemas/* enum */.k5n(['patch', 'apply', 'discard']).default('patch'),
    includeIgnored: schemas/* array */.YOg(glob).default([]),
    repositoryPath: relativePath.optional(),
    artifacts: schemas/* array */.YOg(glob).default([]),
    collectTimeoutSeconds: seconds.pipe(schemas/* number */.aig().min(1, 'has to be 1 second or more')).default(300),
    collectMaxBytes: bytes
        .pipe(schemas/* number */.aig('has to be a size such as 512m or 10g').min(0, 'is negative'))
        .default(10 * 1024 ** 3),
    collectMaxFiles: wholeNumber.default(500_000),
    collectMaxDepth: wholeNumber.default(100),
    workflowCommands: schemas/* enum */.k5n(['deny', 'allow']).default('deny'),
    allowFailure: schemas/* boolean */.zMY().default(false),
    onCancel: schemas/* enum */.k5n(['cancelled', 'succeeded']).default('cancelled'),
});
/** The keys that a container object may have, for "did you mean". */
const CONTAINER_KEYS = Object.keys(containerSchema.shape);
/**
 * A task payload in its canonical form. Keys outside of the container object are other tools' business and
 * are ignored (docs/inputs.md).
 */
const payloadSchema = schemas/* looseObject */._H3({
    requiredCapabilities: schemas/* array */.YOg(contract_text).default([]),
    task: schemas/* looseObject */._H3({
        id: schemas/* union */.KCZ([contract_text, schemas/* number */.aig().transform(String)]).optional(),
        container: containerSchema.optional(),
    }),
});

;// CONCATENATED MODULE: ./build/run/state.js




/** What main keeps for post: enough to find and finish whatever main leaves, also when it is killed. Post removes by it. */
const stateSchema = schemas/* object */.Ikc({
    /** The run's folder. */
    folder: schemas/* string */.YjP().regex(/^\/(.*\/)?acode-[a-z0-9-]+-[0-9a-f]{8}$/s),
    artifactsSubdir: containerSchema.shape.artifactsSubdir,
    container: schemas/* string */.YjP().regex(/^acode-[a-z0-9]+-[a-z0-9-]+$/),
    session: schemas/* string */.YjP(),
    task: schemas/* string */.YjP(),
    /** When main started, UTC. */
    startedAt: iso/* datetime */.w$(),
    /** The runner's workspace. */
    workspace: schemas/* string */.YjP(),
    /** The owner label of what main makes: post removes exactly that. */
    owner: schemas/* string */.YjP(),
    /** Entry in the environment of main's engine calls, by which post finds those that outlive it. */
    marker: schemas/* string */.YjP().regex(/^ACODE_ENGINE_CALLER=[0-9a-f-]{36}$/),
    artifact: schemas/* string */.YjP(),
    upload: schemas/* enum */.k5n(['always', 'on-failure', 'never']),
    summary: schemas/* enum */.k5n(['always', 'on-failure', 'never']),
    retentionDays: schemas/* number */.aig().optional(),
});
const KEY = 'run';
const DONE = 'done';
/** Keeps the state; done before the first thing it names is made. */
const saveRunState = (state) => runner.saveState(KEY, JSON.stringify(state));
/** Says that main came to its end by itself and left nothing behind. */
const saveDone = () => runner.saveState(DONE, 'true');
/** The state that main kept; null where it kept none that can be read. */
function readRunState() {
    const text = state(KEY);
    if (text === '')
        return null;
    try {
        return { state: stateSchema.parse(JSON.parse(text)), done: state(DONE) === 'true' };
    }
    catch (error) {
        const why = error instanceof errors/* ZodError */.G ? core_errors/* prettifyError */.S1(error) : errors_messageOf(error);
        warning(`The state that main kept cannot be read: ${why}`, 'ACODE-CTN-013');
        return null;
    }
}

;// CONCATENATED MODULE: ./build/record/artifact-name.js
/** The name of an artifact as the service takes it: its forbidden characters become hyphens. */
function artifactName(name) {
    return name.replace(/[\\/":<>|*?\r\n]/g, '-');
}
/** Where people find an artifact of this run; null where the runner does not say which run it is. */
function artifactLink(env, id) {
    const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env;
    if (!GITHUB_SERVER_URL || !GITHUB_REPOSITORY || !GITHUB_RUN_ID)
        return null;
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}`;
}
/**
 * A name that the workflow gives, for this attempt of its run: it is the same in each of them, and the service takes a
 * name once. From the second attempt on the name has the attempt.
 */
function attemptName(name, attempt = '') {
    return Number(attempt) > 1 ? `${name}-attempt-${attempt}` : name;
}

;// CONCATENATED MODULE: ./build/run/upload-record.js







/** How many of the files that are not uploaded a warning names. */
const upload_record_NAMED = 10;
/** What a service gets that did not answer an earlier step of this job. */
const SHORT_MS = 3_000;
/**
 * Uploads a run's record. A service that hangs costs a job its time once, not for each of its steps.
 * @throws TaskError ACODE-CTN-013
 */
async function uploadRecord(uploader, state, folder) {
    const note = (0,external_node_path_.join)((0,external_node_path_.dirname)(folder.root), 'acode-artifact-service-unanswered');
    const boundMs = (0,external_node_fs_.existsSync)(note) ? SHORT_MS : undefined;
    const uploading = uploader(folder.record, state.artifact, state.retentionDays, boundMs);
    const { id, bytes, refused } = await uploading.catch((error) => {
        if (error instanceof errors_TaskError && error.cause instanceof UnansweredError)
            (0,external_node_fs_.writeFileSync)(note, '');
        throw error;
    });
    const link = id === undefined ? null : artifactLink(process.env, id);
    info(`Record: ${state.artifact} (${units_formatBytes(bytes)})${link === null ? '' : ` ${link}`}`);
    if (refused.length === 0)
        return;
    const others = refused.length > upload_record_NAMED ? ` and ${refused.length - upload_record_NAMED} more` : '';
    warning(`The record was uploaded without ${refused.slice(0, upload_record_NAMED).join(', ')}${others}: the artifact client does not take them.`, 'ACODE-CTN-013');
}

;// CONCATENATED MODULE: ./build/run/clean-up.js





















/** A cancelled job's post steps have 45 s altogether: an engine that hangs gets less. */
const ENGINE_SECONDS = 10;
/**
 * What a call that outlived main may take to its end. One that is cut off the engine carries out all the same, and
 * nobody would know when.
 */
const CALL_MS = 5_000;
/** How long the upload waits for the removal of the run's files. */
const REMOVAL_MS = 10_000;
/** A runner that shuts down signals post, and kills it 10 s later: what the engine and all of post have until then. */
const ENGINE_AFTER_SIGNAL_MS = 2_000;
const LAST_AFTER_SIGNAL_MS = 8_500;
/** The post entry. It never masks the job's result: whatever goes wrong here is a warning. */
async function runPost(signals) {
    const last = (0,host_signals/* aborted */.QH)((0,host_signals/* soonAfter */.QD)(signals.cancel, LAST_AFTER_SIGNAL_MS));
    await runEntry(() => Promise.race([cleanUp(signals), last]), warning, 'ACODE-CTN-002');
    // An upload that was given up may wait for its service for many minutes yet: it must not hold the job.
    exit();
}
/** Removes what this step's main left and every proven orphan, then uploads the record (ACT-5, CTN-6). */
async function cleanUp(signals) {
    const docker = new Docker(logObserver(), ENGINE_SECONDS, (0,host_signals/* soonAfter */.QD)(signals.cancel, ENGINE_AFTER_SIGNAL_MS));
    const left = readRunState();
    if (left === null)
        return cleanWithoutState(docker);
    const { state, done } = left;
    const owner = parseOwner(state.owner);
    const sweeping = sweep(docker, state.container, owner);
    const folder = runFolderAt(state.folder);
    const paths = recordPaths(folder, state.artifactsSubdir);
    const leftRecord = await readLeft(state, paths);
    const { record } = leftRecord;
    // Loaded while the engine is asked: neither waits for the other.
    const uploader = isDue(state.upload, record.status) ? loadUploader() : null;
    const failed = [];
    if (!done && owner)
        await tolerate(failed, () => removeLeft(docker, state, owner, record));
    const removing = tolerate(failed, () => files_removeFolder(folder.private));
    // A task can leave more files than can be removed in the time that a job's end has: the record goes first.
    const signalled = (0,host_signals/* aborted */.QH)(signals.cancel);
    const found = await Promise.race([sweeping, signalled]);
    await Promise.race([removing, (0,promises_.setTimeout)(REMOVAL_MS), signalled]);
    if (found)
        reportSweep(record, found);
    record.cleanup.failed.push(...failed);
    await finishLeft(leftRecord, paths, state.summary);
    try {
        if (uploader)
            await Promise.race([uploadRecord(await uploader, state, folder), givenUp(signals.late, state)]);
    }
    finally {
        await removing;
        await tolerate(failed, () => giveToRunner(folder));
        // Where there was no engine nothing was made, and main has said so.
        const isMoot = record.error?.code === 'ACODE-CTN-005' && record.phases.workspace === undefined;
        warnOf([...(isMoot ? [] : record.cleanup.failed), ...failed]);
    }
}
/** What can be done where main was ended before it kept its state, or the runner lost it. */
async function cleanWithoutState(docker) {
    info('Main kept no state. What is proven to be left by runs that ended is removed; there is no record.');
    const found = await sweep(docker);
    tellSweep(found);
    const { failed } = await removeDeadPrivate(process.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)());
    warnOf([...found.failed, ...failed]);
}
function warnOf(failed) {
    for (const failure of new Set(failed))
        warning(`Cleanup is not complete: ${failure}`, 'ACODE-CTN-002');
}
/** @throws TaskError ACODE-CTN-013 when the runner is about to kill us */
async function givenUp(late, { artifact, folder }) {
    await (0,host_signals/* aborted */.QH)(late);
    throw new errors_TaskError('ACODE-CTN-013', `The upload of the record as ${artifact} was given up, since the runner shuts down. Its files were in ${folder}.`);
}
/** Nothing of cleaning up keeps the record from its upload: what fails is reported. */
async function tolerate(failed, work) {
    try {
        await work();
    }
    catch (error) {
        failed.push(errors_messageOf(error));
    }
}
/**
 * Ends what a main left that was killed or could not end it: changes that are applied in part, its calls of the
 * engine that outlived it, and its containers; twice, since such a call may have made one just before it was ended.
 */
async function removeLeft(docker, state, owner, record) {
    const recovered = await recoverWorkspace(state.workspace, applierOf(processIdentity(), process.env, state.owner));
    const first = await tryRemoveOwned(docker, owner, state);
    const ended = await endProcesses(state.marker, CALL_MS);
    const second = ended > 0 ? await tryRemoveOwned(docker, owner, state) : first;
    const removed = [...new Set([...first.removed, ...second.removed])];
    if (removed.length > 0)
        info(`Removed what main left: ${removed.join(', ')}`);
    record.cleanup.removed.push(...recovered.removed, ...removed);
    record.cleanup.failed = [...recovered.failed, ...second.failed];
}
/** An engine that does not answer is a failure to remove, and no reason to leave processes running. */
async function tryRemoveOwned(docker, owner, { container }) {
    try {
        return await removal_removeOwned(docker, owner);
    }
    catch (error) {
        return { removed: [], failed: [notLookedFor(container, error)] };
    }
}


/***/ })

};
