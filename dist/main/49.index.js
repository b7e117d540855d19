export const id = 49;
export const ids = [49];
export const modules = {

/***/ 9473:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gg: () => (/* binding */ titleOf),
/* harmony export */   Ik: () => (/* binding */ TaskError),
/* harmony export */   OQ: () => (/* binding */ ERROR_CODES),
/* harmony export */   bD: () => (/* binding */ messageOf),
/* harmony export */   em: () => (/* binding */ sentence),
/* harmony export */   f: () => (/* binding */ STATUSES),
/* harmony export */   pP: () => (/* binding */ jointError),
/* harmony export */   wr: () => (/* binding */ adviceOf)
/* harmony export */ });
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
class TaskError extends Error {
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
    return new TaskError(refused?.code ?? first?.code ?? 'ACODE-CTN-006', text);
}
/** A text of any origin as a sentence: with a full stop, where it does not end already. */
function sentence(text) {
    const trimmed = text.trimEnd();
    return /[.?!…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
/** The text of anything thrown. */
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}
/** The title of an annotation for anything thrown: its code, else `otherwise`; a full disk is the record's (ACODE-CTN-013). */
function titleOf(error, otherwise = 'Internal error of the action') {
    if (error instanceof TaskError)
        return error.code;
    return isDiskFull(error) ? 'ACODE-CTN-013' : otherwise;
}
/** Like {@link messageOf}, with what to do where the disk is full. */
function adviceOf(error) {
    if (!isDiskFull(error))
        return messageOf(error);
    return `The runner’s disk is full: ${sentence(messageOf(error))} Free space in RUNNER_TEMP and run the job again; what is written of a record is uploaded.`;
}
/** By the system's code, or by what git says of it; what a task's own error has to say it says itself. */
const isDiskFull = (error) => error instanceof Error &&
    !(error instanceof TaskError) &&
    (('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) ||
        (error.name === 'GitError' && /No space left on device|Disk quota exceeded/i.test(error.message)) ||
        isDiskFull(error.cause));


/***/ }),

/***/ 9036:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   UO: () => (/* binding */ isWithin),
/* harmony export */   UY: () => (/* binding */ syncToDisk),
/* harmony export */   V8: () => (/* binding */ syncAllToDisk),
/* harmony export */   f8: () => (/* binding */ writeWhole),
/* harmony export */   v$: () => (/* binding */ removeFolder)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var _open_folder_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8512);
/* harmony import */ var _take_apart_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6103);





/** Writes a file so that a reader sees the old text or the new one, never half of it. */
async function writeWhole(path, text) {
    const part = `${path}.${process.pid}.part`;
    try {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.writeFile)(part, text);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(part, path);
    }
    catch (error) {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rm)(part, { force: true });
        throw error;
    }
}
/** Waits until a file, or the names in a folder, are on the disk: what is there survives a loss of power. */
async function syncToDisk(path) {
    const file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY);
    try {
        await file.sync();
    }
    finally {
        await file.close();
    }
}
/** How many files are waited for at once: disks write many in little more time than one. */
const AT_ONCE = 32;
/** {@link syncToDisk} of many files. */
async function syncAllToDisk(paths) {
    for (let from = 0; from < paths.length; from += AT_ONCE)
        await Promise.all(paths.slice(from, from + AT_ONCE).map(syncToDisk));
}
/** Whatever still writes to a folder that is removed gets so many tries of ours to end. */
const REMOVALS = 3;
/**
 * Removes a file or folder, whatever a task made of it: folders without permissions, nested deeper than paths can
 * be long, with names that are no text; links are not followed. Nothing there is fine. What cannot be removed does
 * not keep the rest.
 * @throws Error that names what is left; the reason of `signal`, when it is given up
 */
async function removeFolder(path, signal) {
    const found = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.lstat)(path).catch(unlessMissing);
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
        await (0,_take_apart_js__WEBPACK_IMPORTED_MODULE_4__/* .takeApart */ .Y)(path, { file: (_, at) => unlinkThere(at), failed }, signal);
        try {
            return await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rmdir)(path);
        }
        catch (error) {
            if ((0,_open_folder_js__WEBPACK_IMPORTED_MODULE_3__/* .isErrno */ .r)(error, 'ENOENT'))
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
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.unlink)(path).catch(unlessMissing);
}
function unlessMissing(error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR')
        return null;
    throw error;
}
/** True where `path` is `folder` or below it. */
function isWithin(path, folder) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.relative)(folder, path);
    return way !== '..' && !way.startsWith('../') && !(0,node_path__WEBPACK_IMPORTED_MODULE_2__.isAbsolute)(way);
}


/***/ }),

/***/ 8512:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NE: () => (/* binding */ openFolder),
/* harmony export */   Tl: () => (/* binding */ unlock),
/* harmony export */   r: () => (/* binding */ isErrno)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);


/** Linux's `O_PATH`: names a file without opening it, for which no permission on the file itself is needed. */
const O_PATH = 0o10000000;
const FOLDER = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_DIRECTORY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW;
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
    const base = Buffer.from((await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.lstat)(self).catch(() => null)) ? self : path);
    return {
        at: (name) => Buffer.concat([base, Buffer.from('/'), name]),
        entries: () => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.readdir)(base, { encoding: 'buffer', withFileTypes: true }),
        close: () => handle.close(),
    };
}
async function openItself(path) {
    const openAsIs = () => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | FOLDER);
    try {
        return await openAsIs().catch(async (error) => {
            if (error.code !== 'EACCES')
                throw error;
            await unlock(path);
            return openAsIs();
        });
    }
    catch (error) {
        if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP'))
            return null;
        throw error;
    }
}
/** Lets its owner into a folder again; a link in its place is not followed. */
async function unlock(path) {
    const handle = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path, O_PATH | FOLDER);
    try {
        const self = `/proc/self/fd/${handle.fd}`;
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.chmod)((await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.lstat)(self).catch(() => null)) ? self : path, 0o700);
    }
    finally {
        await handle.close();
    }
}
/** True for one of the system's errors. */
const isErrno = (error, ...codes) => error instanceof Error && 'code' in error && codes.includes(String(error.code));
/** Another user's folder keeps its mode: what it refuses shows when it is asked. */
function unlessNotOurs(error) {
    if (!isErrno(error, 'EPERM', 'EROFS'))
        throw error;
}


/***/ }),

/***/ 5566:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   lf: () => (/* binding */ openRegular),
/* harmony export */   mI: () => (/* binding */ firstBytes),
/* harmony export */   o5: () => (/* binding */ readSmall)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);


/**
 * Opens a regular file that anybody may have put there, without following a link or waiting for a pipe.
 * @throws the system's error; ELOOP for a link
 * @returns null where it is no regular file
 */
async function openRegular(path) {
    const file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK);
    if ((await file.stat()).isFile())
        return file;
    await file.close();
    return null;
}
/** The first bytes of an open file. */
async function firstBytes(file, maxBytes) {
    const buffer = Buffer.alloc(Math.min((await file.stat()).size, maxBytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
}
/** All of a regular file that is no longer than so; null of any other, and of what cannot be opened. */
async function readSmall(path, maxBytes) {
    const file = await openRegular(path).catch(() => null);
    if (file === null)
        return null;
    try {
        const bytes = await firstBytes(file, maxBytes + 1);
        return bytes.length > maxBytes ? null : bytes;
    }
    finally {
        await file.close();
    }
}


/***/ }),

/***/ 1879:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   w: () => (/* binding */ readWithin)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var _files_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(9036);
/* harmony import */ var _read_file_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(5566);




/**
 * The first bytes of a file that a repository brought: a pipe is not waited for, and no link leads to another file
 * of the runner.
 * @param within the folder that the file may not leave through links; null where it is named outside of it
 * @throws Error that says why it cannot be read; with the system's code where it is not there
 */
async function readWithin(path, within, maxBytes) {
    const real = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.realpath)(path);
    if (within !== null && !(0,_files_js__WEBPACK_IMPORTED_MODULE_2__/* .isWithin */ .UO)(real, await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.realpath)(within)))
        throw new Error('it leads out of the workspace');
    const file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(real, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK);
    try {
        const about = await file.stat();
        if (about.isDirectory())
            throw new Error('it is a folder');
        if (!about.isFile())
            throw new Error('it is no regular file');
        return await (0,_read_file_js__WEBPACK_IMPORTED_MODULE_3__/* .firstBytes */ .mI)(file, maxBytes);
    }
    finally {
        await file.close();
    }
}


/***/ }),

/***/ 6103:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ takeApart)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var _open_folder_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8512);



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
    const top = await (0,_open_folder_js__WEBPACK_IMPORTED_MODULE_2__/* .openFolder */ .NE)(root);
    if (top === null)
        return;
    const nonce = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomBytes)(6).toString('hex');
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
        const folder = await (0,_open_folder_js__WEBPACK_IMPORTED_MODULE_2__/* .openFolder */ .NE)(at);
        // Whoever wrote here may have put something else in its place.
        if (folder === null)
            return await visitor.file(path, at, false);
        await visit(folder, path, visitor, moveUp, signal).finally(folder.close);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rmdir)(at);
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
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(from, to);
        return true;
    }
    catch (error) {
        if (!(0,_open_folder_js__WEBPACK_IMPORTED_MODULE_2__/* .isErrno */ .r)(error, 'EACCES', 'EPERM'))
            throw error;
    }
    try {
        await (0,_open_folder_js__WEBPACK_IMPORTED_MODULE_2__/* .unlock */ .Tl)(from);
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rename)(from, to);
        return true;
    }
    catch {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.rmdir)(from);
        return false;
    }
}


/***/ }),

/***/ 4333:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ CATALOG)
/* harmony export */ });
/** `8` → `8.0`: images whose tags always have two parts. */
const twoParts = (version) => (/^\d+$/.test(version) ? `${version}.0` : version);
const JDKS = ['25', '21', '17', '11', '8'];
/**
 * The one table from toolchain to image: official images, slim where a plain build works in it (CTN-8). A row
 * is data; nothing else in the project knows a toolchain's name (RUN-4). `docs/toolchains.md` is made from it.
 */
const CATALOG = {
    node: {
        image: 'node:{version}-slim',
        version: '24',
        versions: ['24', '22', '20', '18'],
        note: 'slim: npm and corepack, no compiler',
    },
    dotnet: {
        image: 'mcr.microsoft.com/dotnet/sdk:{version}',
        version: '10.0',
        versions: ['10.0', '9.0', '8.0', '7.0', '6.0'],
        tag: twoParts,
        note: 'the SDK; it contains the runtime',
    },
    python: {
        image: 'python:{version}-slim',
        version: '3.14',
        versions: ['3.14', '3.13', '3.12', '3.11', '3.10', '3.9', '3.8'],
        note: 'slim: pip and wheels, no compiler',
    },
    go: {
        image: 'golang:{version}',
        version: '1.26',
        versions: ['1.26', '1.25', '1.24', '1.23', '1.22', '1.21'],
        note: 'full: cgo needs its compiler',
    },
    rust: {
        image: 'rust:{version}-slim',
        version: '1',
        versions: ['1'],
        note: 'slim: has the linker that cargo needs',
    },
    java: { image: 'eclipse-temurin:{version}-jdk', version: '25', versions: JDKS, note: 'Temurin JDK' },
    maven: {
        image: 'maven:3-eclipse-temurin-{version}',
        version: '25',
        versions: JDKS,
        note: 'Maven 3; the version is the JDK’s',
    },
    gradle: {
        image: 'gradle:9-jdk{version}',
        version: '25',
        versions: JDKS,
        note: 'Gradle 9; the version is the JDK’s',
    },
    ruby: {
        image: 'ruby:{version}',
        version: '3.4',
        versions: ['3.4', '3.3', '3.2', '3.1'],
        note: 'full: native gems need its compiler',
    },
    php: {
        image: 'php:{version}-cli',
        version: '8.4',
        versions: ['8.4', '8.3', '8.2', '8.1'],
        note: 'the command line variant',
    },
    deno: {
        image: 'denoland/deno:{version}',
        version: '2.5.6',
        versions: ['2.5.6'],
        note: 'tags are full versions',
        fullTags: true,
    },
    bun: {
        image: 'oven/bun:{version}',
        version: '1',
        versions: ['1'],
        note: 'slim lacks what bun install needs',
    },
    swift: {
        image: 'swift:{version}',
        version: '6.2',
        versions: ['6.2', '6.1', '6.0', '5.10', '5.9'],
        note: 'full: slim has no compiler',
    },
    elixir: {
        image: 'elixir:{version}',
        version: '1.19',
        versions: ['1.19', '1.18', '1.17', '1.16', '1.15'],
        note: 'full: NIFs need its compiler',
    },
};


/***/ }),

/***/ 9049:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  runMain: () => (/* binding */ runMain)
});

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: external "node:path/posix"
var posix_ = __webpack_require__(3916);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/formats/shell-words.js
/** A text whose quotation marks do not close, or that only a shell could make words of. */
class QuotingError extends Error {
    name = 'QuotingError';
}
const BLANK = /\s/;
/** What separates commands or redirects them where it is not quoted (POSIX.1-2024 Shell Command Language, 2.2). */
const OPERATOR = /^(&&|\|\||;;|<<|>>|[;&|<>()])/;
/** What a backslash quotes between double quotation marks (2.2.3). */
const ESCAPED = /["\\$`]/;
/** What a shell puts a variable, or the output of a command, in the place of (2.6). */
const EXPANSION = /^(`|\$[\w{(@*#?!$-])/;
/**
 * Splits a text into words as a POSIX shell does, and does nothing else to it: variables, globs and braces stay as
 * they are written. A backslash at the end of a line continues it on the next.
 * @param refusesExpansions whether what a shell would fill in is an error where it is not in single quotes
 * @throws QuotingError
 */
function shellWords(text, refusesExpansions = false) {
    const refuseAt = (place) => {
        const expansion = refusesExpansions ? EXPANSION.exec(text.slice(place, place + 2))?.[0] : undefined;
        if (expansion !== undefined)
            throw new QuotingError(`${expansion} has a meaning only in a shell; write it in single quotes`);
    };
    const words = [];
    let word = null;
    let at = 0;
    while (at < text.length) {
        const character = text.charAt(at);
        const operator = OPERATOR.exec(text.slice(at, at + 2))?.[0];
        if (BLANK.test(character)) {
            if (word !== null)
                words.push(word);
            word = null;
            at++;
        }
        else if (character === '\\') {
            const [taken, length] = escapedAt(text, at);
            if (taken !== '')
                word = (word ?? '') + taken;
            at += length;
        }
        else if (character === "'" || character === '"') {
            const [taken, end] = quotedAt(text, at, character, refuseAt);
            word = (word ?? '') + taken;
            at = end;
        }
        else if (operator !== undefined || (character === '#' && word === null)) {
            throw new QuotingError(`${operator ?? '#'} has a meaning only in a shell; quote it`);
        }
        else {
            refuseAt(at);
            word = (word ?? '') + character;
            at++;
        }
    }
    return word === null ? words : [...words, word];
}
/** What a backslash makes of what follows it, and how long both are. A line end that it quotes is gone. */
function escapedAt(text, at) {
    const lineEnd = /^\r?\n/.exec(text.slice(at + 1, at + 3))?.[0];
    if (lineEnd !== undefined)
        return ['', 1 + lineEnd.length];
    if (at + 1 >= text.length)
        throw new QuotingError('it ends with a \\ behind which nothing follows');
    return [text.charAt(at + 1), 2];
}
/** What stands between the quotation mark at a place and the one that closes it, and where the text goes on. */
function quotedAt(text, start, mark, refuseAt) {
    let taken = '';
    let at = start + 1;
    while (at < text.length) {
        const character = text.charAt(at);
        if (character === mark)
            return [taken, at + 1];
        const next = text.charAt(at + 1);
        if (mark === '"' &&
            character === '\\' &&
            (ESCAPED.test(next) || /^\r?\n/.test(text.slice(at + 1, at + 3)))) {
            const [escaped, length] = escapedAt(text, at);
            taken += escaped;
            at += length;
        }
        else {
            if (mark === '"')
                refuseAt(at);
            taken += character;
            at++;
        }
    }
    throw new QuotingError(`a ${mark} is not closed`);
}

// EXTERNAL MODULE: ./node_modules/fastest-levenshtein/mod.js
var mod = __webpack_require__(1916);
;// CONCATENATED MODULE: ./build/task/problems.js


/** How to write each field right; shown behind what is wrong with it. */
const EXAMPLES = {
    id: 'a name, e.g. id: unit',
    command: 'a list of strings, e.g. command: [npm, test]; for a shell line use run: npm test',
    run: 'a script, e.g. run: npm ci && npm test',
    env: 'a map of names to values, e.g. env: { CI: "true" }',
    entrypoint: 'one executable, or a list of strings',
    resources: 'e.g. resources: { cpus: 2, memory: 4g, pids: 512 }',
    cpus: 'a number, e.g. 2 or 0.5',
    memory: 'a size, e.g. 512m or 4g',
    pids: 'a whole number, e.g. 512',
    timeoutSeconds: 'seconds or a duration, e.g. 90s, 30m or 2h',
    mounts: 'e.g. mounts: [{ source: data, target: /data, readOnly: true }]',
    cacheVolumes: 'e.g. cacheVolumes: [{ name: nuget, target: /home/app/.nuget/packages }]',
    engineVolumes: 'e.g. engineVolumes: [{ name: models, target: /models, readOnly: true }]',
    labels: 'a map of names to values, e.g. labels: { team: build }',
    image: 'an image reference, e.g. node:22 or ghcr.io/acme/unit:3',
    enabled: 'true or false',
    requiredCapabilities: 'a list of strings, e.g. requiredCapabilities: [gpu]',
    artifacts: 'a list of globs, e.g. artifacts: [coverage/**]',
    runsOn: 'a label or a list of labels, e.g. runsOn: [self-hosted, gpu]',
    paths: 'a list of globs, e.g. paths: ["src/**"]',
    strategy: 'lists of values, e.g. strategy: { version: [20, 22] }',
};
/** How to write the input of a field, where that differs: an input is a text, and GitHub refuses YAML lists and maps. */
const INPUT_EXAMPLES = {
    command: `a command line, or a list in one text, e.g. command: npm test, or command: '["npm", "test"]'`,
    entrypoint: `one executable, or a list in one text, e.g. entrypoint: '["sh", "-c"]'`,
    env: 'lines KEY=VALUE, e.g. env: CI=true',
    labels: 'lines key=value, e.g. labels: team=build',
    mounts: 'lines source:target[:ro], e.g. mounts: data:/data:ro',
    cacheVolumes: 'lines name:target, e.g. cache-volumes: nuget:/home/app/.nuget/packages',
    engineVolumes: 'lines name:target[:ro], e.g. engine-volumes: models:/models:ro',
    artifacts: 'globs, one a line, e.g. artifacts: coverage/**',
};
/** True for the name of a field that an input gave, or would give. */
const isInput = (name) => name.startsWith('input ');
/** Turns what zod found into problems that name the field, the value's type, and the fix. */
function problemsOf(error, value, nameOf, validKeys) {
    return error.issues.flatMap((issue) => {
        if (issue.code === 'unrecognized_keys')
            return issue.keys.map((key) => ({
                field: nameOf([...issue.path, key]),
                message: unknownKey(key, validKeys(issue.path)),
                path: [...issue.path, key],
                unknownKey: true,
            }));
        const field = nameOf(issue.path);
        const message = describe(issue, at(value, issue.path), isInput(field));
        return [{ field, message, path: issue.path, unknownKey: false }];
    });
}
/** Says that a key is unknown and which valid one is nearest. */
function unknownKey(key, valid) {
    const near = nearest(key, valid);
    return near ? `is unknown; did you mean ${near}?` : `is unknown; valid are ${valid.join(', ')}`;
}
/** The valid name that was likely meant: a slip of the pen first, then a part of the name (`timeout` of timeoutSeconds), then what is not too far off. */
function nearest(key, valid) {
    if (valid.length === 0)
        return undefined;
    const written = key.toLowerCase();
    const close = (0,mod/* closest */.kp)(key, [...valid]);
    const slips = (0,mod/* distance */.Io)(written, close.toLowerCase());
    // Not a character in common.
    if (slips >= Math.max(written.length, close.length))
        return undefined;
    if (slips <= 2)
        return close;
    const part = valid.find((one) => {
        const [short, long] = [written, one.toLowerCase()].sort((a, b) => a.length - b.length);
        return short !== undefined && short.length >= 3 && long?.includes(short);
    });
    return part ?? (slips <= 1 + close.length / 2 ? close : undefined);
}
/**
 * Throws all problems as one error, so that a task is mended in one go.
 * @param refusals what is wrong with a task beyond its fields, each a sentence of its own
 * @throws TaskError ACODE-CTN-006, ACODE-CTN-011 where a refusal has that
 */
function failOn(problems, what = 'Invalid task', refusals = []) {
    if (problems.length === 0 && refusals.length === 0)
        return;
    if (problems.length === 0)
        throw (0,errors/* jointError */.pP)(refusals, 'The task has');
    const lines = problems.map((problem) => `${problem.field} ${problem.message}`);
    const [only, ...others] = [...lines, ...refusals.map(({ message }) => message)];
    const text = others.length === 0
        ? `${what}: ${(0,errors/* sentence */.em)(only ?? '')}`
        : `${what}, ${1 + others.length} problems:\n${[only, ...others].map((line) => `  - ${line}`).join('\n')}`;
    throw new errors/* TaskError */.Ik(refusals.find(({ code }) => code === 'ACODE-CTN-011')?.code ?? 'ACODE-CTN-006', text);
}
function describe(issue, value, asInput) {
    const field = String(issue.path.findLast((part) => typeof part === 'string') ?? '');
    const examples = asInput ? { ...EXAMPLES, ...INPUT_EXAMPLES } : EXAMPLES;
    const wanted = Object.hasOwn(examples, field) ? `; write ${examples[field]}` : '';
    // A variable's value may be a secret, whatever is wrong with it.
    const got = `got ${typeName(value)}${issue.path.includes('env') ? '' : preview(value)}`;
    if (issue.code === 'custom' || issue.code === 'invalid_format')
        return `${issue.message}: ${got}${wanted}`;
    if (issue.code === 'invalid_value')
        return `has to be one of ${issue.values.join(', ')}: ${got}`;
    if (issue.code === 'invalid_key')
        return issue.issues[0]?.message ?? issue.message;
    if (issue.code === 'invalid_type' && !issue.message.startsWith('Invalid'))
        return `${issue.message}: ${got}`;
    if (issue.code === 'invalid_type')
        return `has to be ${article(issue.expected)}: ${got}${wanted}`;
    if (issue.code === 'invalid_union')
        return `has the wrong type: ${got}${wanted}`;
    return `${issue.message}: ${got}${wanted}`;
}
const article = (type) => ({ array: 'a list', record: 'a map', object: 'a map', boolean: 'true or false' })[type] ?? `a ${type}`;
function typeName(value) {
    if (value === undefined)
        return 'nothing';
    if (value === null)
        return 'null';
    if (Array.isArray(value))
        return 'a list';
    if (typeof value === 'object')
        return 'a map';
    return `a ${typeof value}`;
}
/** The value itself where it is short and plain. Maps and lists may hold what nobody wants in a log. */
function preview(value) {
    if (typeof value === 'number' || typeof value === 'boolean')
        return ` (${value})`;
    if (typeof value === 'string' && value.length <= 60)
        return ` (${JSON.stringify(value)})`;
    return '';
}
function at(value, path) {
    return path.reduce((part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined), value);
}

;// CONCATENATED MODULE: ./build/container/options.js




const value = (why) => ({ kind: 'allowed', value: true, why });
const flag = (why) => ({ kind: 'allowed', value: false, why });
const owned = (use) => ({ kind: 'owned', use });
const isSo = (use, ...values) => ({ kind: 'owned', use, isSo: values });
const refused = (why) => ({ kind: 'refused', why });
const valueBut = (why, when, whyRefused) => ({
    kind: 'allowed',
    value: true,
    why,
    refuse: { when, why: whyRefused },
});
/** Docker's words, and Podman's: a container's namespace, or one by its path. */
const SHARED = /^(host$|container:|ns:)/;
const NAMESPACE = 'it shares a namespace with the host or another container';
const HOST_ACCESS = 'it opens the host to the task';
const WINDOWS = 'it is for containers of Windows';
const NARROWS = 'it only takes away from the task';
const SHARE = 'it divides what the task’s limits allow';
const NAMES = 'it is about names, in this container alone';
const HEALTH = 'the check runs in the container, with the task’s own rights';
const ADDRESS = 'it is about the task’s own end of its network, which it shares with nobody unless asked for';
const REACHED = 'it lets others reach the task, not the task others';
/** True of what `--tmpfs` takes where it lies over the control folder, or in it, in any spelling of its path. */
function hidesControl(tmpfs) {
    const path = (0,posix_.normalize)(`/${tmpfs.split(':')[0]}`);
    return /^\/(run\/?|run\/acode(\/.*)?)?$/.test(path);
}
/**
 * Every option of `docker create` (Docker 20.10 to 29), with what a task may do with it. One that is not listed
 * is refused: what is not known cannot be called safe.
 */
const OPTIONS = {
    'add-host': value(NAMES),
    annotation: refused('runtimes and their hooks take annotations for settings of their own, devices among them'),
    attach: owned('nothing; the action is always attached'),
    'blkio-weight': value(SHARE),
    'blkio-weight-device': value(SHARE),
    'cap-add': refused('it adds capabilities; profile: standard gives most of Docker’s defaults'),
    'cap-drop': value(NARROWS),
    'cgroup-parent': refused('it leaves the limits of this task'),
    cgroupns: valueBut(NARROWS, SHARED, NAMESPACE),
    cidfile: owned('the output container-id'),
    'cpu-count': refused(WINDOWS),
    'cpu-percent': refused(WINDOWS),
    'cpu-period': value(SHARE),
    'cpu-quota': value(SHARE),
    'cpu-rt-period': refused('real-time processes starve the runner'),
    'cpu-rt-runtime': refused('real-time processes starve the runner'),
    'cpu-shares': value(SHARE),
    cpus: owned('the input cpus'),
    'cpuset-cpus': value(NARROWS),
    'cpuset-mems': value(NARROWS),
    device: refused(HOST_ACCESS),
    'device-cgroup-rule': refused(HOST_ACCESS),
    'device-read-bps': value(NARROWS),
    'device-read-iops': value(NARROWS),
    'device-write-bps': value(NARROWS),
    'device-write-iops': value(NARROWS),
    'disable-content-trust': owned('the input pull'),
    dns: value(NAMES),
    'dns-opt': value(NAMES),
    'dns-option': value(NAMES),
    'dns-search': value(NAMES),
    domainname: value(NAMES),
    entrypoint: owned('the input entrypoint'),
    env: owned('the input env'),
    'env-file': owned('the input env'),
    expose: value(REACHED),
    gpus: owned('the input gpus'),
    'group-add': refused('groups of the machine open what their members may read and write in mounted folders; use user: uid:gid'),
    'health-cmd': value(HEALTH),
    'health-interval': value(HEALTH),
    'health-retries': value(HEALTH),
    'health-start-interval': value(HEALTH),
    'health-start-period': value(HEALTH),
    'health-timeout': value(HEALTH),
    hostname: value(NAMES),
    init: isSo('the input init', 'true'),
    interactive: isSo('nothing; a task has no input', 'true', 'false'),
    'io-maxbandwidth': refused(WINDOWS),
    'io-maxiops': refused(WINDOWS),
    ip: value(ADDRESS),
    ip6: value(ADDRESS),
    ipc: valueBut(NARROWS, SHARED, NAMESPACE),
    isolation: refused(WINDOWS),
    'kernel-memory': owned('the input memory'),
    label: owned('the input labels'),
    'label-file': owned('the input labels'),
    link: refused(NAMESPACE),
    'link-local-ip': owned('nothing; it hides the metadata address of the cloud'),
    'log-driver': owned('nothing; the action keeps the log'),
    'log-opt': owned('nothing; the action keeps the log'),
    'mac-address': value(ADDRESS),
    memory: owned('the input memory'),
    'memory-reservation': value(SHARE),
    'memory-swap': owned('the input memory, which is a limit for both'),
    'memory-swappiness': value(SHARE),
    mount: owned('the input mounts'),
    name: owned('the inputs session-id and task-id'),
    net: owned('the input network'),
    'net-alias': value(ADDRESS),
    network: owned('the input network'),
    'network-alias': value(ADDRESS),
    'no-healthcheck': flag(NARROWS),
    'oom-kill-disable': refused('a task over its memory limit would hang the machine'),
    'oom-score-adj': owned('nothing; where memory runs out the task ends before the runner'),
    pid: refused(NAMESPACE),
    'pids-limit': owned('the input pids-limit'),
    platform: owned('the input platform'),
    privileged: refused(HOST_ACCESS),
    publish: value(REACHED),
    'publish-all': flag(REACHED),
    pull: owned('the input pull'),
    quiet: isSo('nothing', 'true', 'false'),
    'read-only': owned('the input read-only'),
    restart: refused('a task runs once'),
    rm: isSo('nothing; the container is always removed', 'true'),
    runtime: owned('the input runtime'),
    'security-opt': refused('it weakens the profile'),
    'shm-size': owned('the input shm-size'),
    'stop-signal': value('a task that does not heed it is killed after its grace'),
    'stop-timeout': owned('the input stop-grace'),
    'storage-opt': valueBut(NARROWS, /^(?!size=)/, 'only size= is about this container alone'),
    sysctl: valueBut('it is about the task’s own namespaces', /^(?!net\.|kernel\.(msg|sem|shm)|fs\.mqueue\.)/, 'it is the machine’s, not the task’s (net., kernel.msg, kernel.sem, kernel.shm and fs.mqueue. are)'),
    tmpfs: valueBut('it is empty, in memory, and counts against the task’s limit', { test: hidesControl }, 'it would hide the control folder /run/acode'),
    tty: isSo('nothing; the log is no terminal', 'true', 'false'),
    ulimit: valueBut('it is about the task’s own processes', /^\s*(rtprio|rttime|nice)\s*=/i, 'processes that go before all others starve the runner'),
    'use-api-socket': refused('it hands over the engine'),
    user: owned('the input user'),
    userns: valueBut(NARROWS, SHARED, NAMESPACE),
    uts: valueBut(NARROWS, SHARED, NAMESPACE),
    volume: owned('the inputs mounts and cache-volumes'),
    'volume-driver': owned('the input cache-volumes'),
    'volumes-from': refused(NAMESPACE),
    workdir: owned('the input working-directory'),
};
const SHORT = {
    a: 'attach',
    c: 'cpu-shares',
    e: 'env',
    h: 'hostname',
    i: 'interactive',
    l: 'label',
    m: 'memory',
    P: 'publish-all',
    p: 'publish',
    q: 'quiet',
    t: 'tty',
    u: 'user',
    v: 'volume',
    w: 'workdir',
};
/**
 * Splits the input `options` as a shell would and lets through what neither belongs to the action nor breaks
 * isolation.
 * @throws TaskError ACODE-CTN-011 where an option is refused, ACODE-CTN-006 where one cannot be passed; of all of them
 */
function parseOptions(text) {
    const { args, problems } = readOptions(text);
    if (problems.length > 0)
        throw (0,errors/* jointError */.pP)(problems, 'The input options has');
    return args;
}
/** All that {@link parseOptions} would refuse, each by itself. */
const optionProblems = (text) => readOptions(text).problems;
/** The flags that {@link parseOptions} leaves out, since they say what is so anyway; as they are written. */
const droppedOptions = (text) => readOptions(text).dropped;
function readOptions(text) {
    const args = [];
    const dropped = [];
    const problems = [];
    const told = (read) => {
        try {
            return read();
        }
        catch (error) {
            if (!(error instanceof errors/* TaskError */.Ik))
                throw error;
            problems.push(error);
            return undefined;
        }
    };
    const words = told(() => wordsOf(text)) ?? [];
    while (words.length > 0) {
        const passed = told(() => passOption(words));
        if (passed)
            (passed.isDropped ? dropped : args).push(...passed.words);
        // What follows an option that cannot be passed is its value, and no problem of its own.
        else
            while (words.length > 0 && !words[0]?.startsWith('-'))
                words.shift();
    }
    return { args, dropped, problems };
}
/** Takes an option and its value from the words: the arguments that they become, or what is left out. */
function passOption(words) {
    const option = readOption(words);
    const policy = Object.hasOwn(OPTIONS, option.name) ? OPTIONS[option.name] : undefined;
    if (!policy)
        throw invalid(`${option.written} ${unknownKey(option.name, Object.keys(OPTIONS))}`);
    if (policy.kind === 'owned' && policy.isSo?.includes(option.value ?? 'true'))
        return { words: [option.written], isDropped: true };
    if (policy.kind === 'owned')
        throw invalid(`${option.written} belongs to the action: use ${policy.use}`);
    if (policy.kind === 'refused')
        throw refusal(option.written, policy.why);
    if (!policy.value) {
        if (option.value !== undefined)
            throw invalid(`${option.written} takes no value`);
        return { words: [`--${option.name}`], isDropped: false };
    }
    const given = option.value ?? words.shift();
    if (given === undefined)
        throw invalid(`${option.written} needs a value`);
    if (policy.refuse?.when.test(given))
        throw refusal(`${option.written} ${given}`, policy.refuse.why);
    return { words: [`--${option.name}`, given], isDropped: false };
}
/**
 * The names of the options in a text, whatever may become of them. A word that begins with a dash and is the value of
 * an option counts as one: who refuses by names refuses too much rather than too little.
 */
function optionNames(text) {
    let words;
    try {
        words = wordsOf(text);
    }
    catch (error) {
        if (error instanceof TaskError)
            return []; // no list of options, and refused as that by parseOptions
        throw error;
    }
    const names = [];
    while (words.length > 0) {
        if (!words[0]?.startsWith('-')) {
            words.shift();
            continue;
        }
        try {
            names.push(readOption(words).name);
        }
        catch (error) {
            if (!(error instanceof TaskError))
                throw error; // no option, and refused as that by parseOptions
        }
    }
    return names;
}
function readOption(words) {
    const word = words.shift() ?? '';
    const long = /^--([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word);
    if (long?.[1])
        return { name: long[1], value: long[2], written: `--${long[1]}` };
    const short = /^-([A-Za-z])(.*)$/s.exec(word);
    const name = short?.[1] ? SHORT[short[1]] : undefined;
    if (!short || name === undefined)
        throw invalid(`"${word}" is no option`);
    const rest = short[2] ?? '';
    const written = `-${short[1]}`;
    if (!isFlag(name) || rest.startsWith('='))
        return { name, value: rest === '' ? undefined : rest.replace(/^=/, ''), written };
    if (rest !== '')
        words.unshift(`-${rest}`);
    return { name, value: undefined, written };
}
/** True of an option that takes no value. */
function isFlag(name) {
    const policy = OPTIONS[name];
    if (policy?.kind === 'allowed')
        return !policy.value;
    return policy?.kind === 'owned' && policy.isSo !== undefined;
}
function wordsOf(text) {
    try {
        return shellWords(text);
    }
    catch (error) {
        if (error instanceof QuotingError)
            throw invalid(error.message);
        throw error;
    }
}
const invalid = (what) => new errors/* TaskError */.Ik('ACODE-CTN-006', `The input options cannot be used: ${what}.`);
const refusal = (option, why) => new errors/* TaskError */.Ik('ACODE-CTN-011', `The option ${option} is refused: ${why}. Remove it from options.`);

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
    const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
    return (await having(entry, pids)).filter((pid) => pid !== process.pid);
}
/** Those of the processes that have the entry. One that has ended has no environment, reaped or not. */
async function having(entry, pids) {
    const found = await Promise.all(pids.map(async (pid) => {
        // Other users' processes cannot be read, and any may end while we look: neither is one of ours.
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
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
const plainLine = (text) => visible(text)
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
        .map(plainLine);
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
function maskedForms(secret) {
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
const harmless = (text) => plainLine(redaction.text(text));
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
const runner_warning = (message, title) => annotate('warning', message, { title });
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
const startGroup = (title) => emit(() => (0,command/* issue */.s)('group', harmless(title)));
/** Ends the open group. */
const endGroup = () => emit(() => (0,command/* issue */.s)('endgroup'));
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
        emit(() => (0,command/* issueCommand */.L)('add-mask', {}, line));
}
/** Sets an output of the step. The runner reads names without case; of two that are the same the later counts. */
const output = (name, value) => (0,file_command/* issueFileCommand */.n)('OUTPUT', keyValue(name, value));
/** Keeps a value for the post step. */
const saveState = (name, value) => (0,file_command/* issueFileCommand */.n)('STATE', keyValue(name, value));
/** What the name of an output may be: any other could end the runner's reading of the file (`EnvFileKeyValuePairs`). */
const OUTPUT_NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
function keyValue(name, value) {
    if (!OUTPUT_NAME.test(name))
        throw new RangeError(`${JSON.stringify(name)} is no name of an output`);
    return (0,file_command/* prepareKeyValueMessage */.v)(name, value);
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
        runner_warning(text);
}
/** The step's log as a stream, for what passes through unread: a task's output, and nothing else. */
const log = process.stdout;
/**
 * Switches workflow commands off in what follows (unless they are allowed), and keeps our own back until the
 * returned function is called with whether the log is at the start of a line.
 */
function stopCommands(allowed) {
    const token = (0,external_node_crypto_.randomUUID)();
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

;// CONCATENATED MODULE: ./build/engine/endpoint.js

/** The CLI reads its own files only for its answer. */
const LIMIT_MS = 10_000;
/** Where the CLI finds its engine: `DOCKER_HOST`, or what the current context says. */
async function engineEndpoint() {
    const args = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
    const asked = await run('docker', args, { timeoutMs: LIMIT_MS }).catch(() => null);
    const endpoint = asked?.code === 0 ? asked.stdout.trim() : '';
    return endpoint || process.env.DOCKER_HOST || 'unix:///var/run/docker.sock';
}

;// CONCATENATED MODULE: ./build/engine/rootless.js



/** True where the runner's user is another one in containers. */
const isRootless = ({ uid, inside }) => inside.uid !== uid;
/** What the kernel makes of an owner whom a container's users do not include. */
const NOBODY = 65534;
/** Whose a file of this machine is in a container. */
function ownerInside(owner, runner) {
    if (owner === runner.uid)
        return runner.inside.uid;
    return isRootless(runner) ? NOBODY : owner;
}
const QUESTION = '{{json .SecurityOptions}} {{.CgroupDriver}}';
/** How the engine takes the runner's user. One of root's is not asked: that takes a while, and each task would wait. */
async function engineMode(docker, user = OURS) {
    return modeOf((await isOwn(user)) ? await ask(docker) : '', user);
}
const OURS = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
/** True where the engine listens on a socket of the user's own, as a rootless one does. Root's are not rootless. */
async function isOwn({ uid }) {
    if (uid === 0)
        return false;
    const [, socket] = /^unix:\/\/(.+)$/.exec(await engineEndpoint()) ?? [];
    const found = socket === undefined ? null : await (0,external_node_fs_promises_.stat)(socket).catch(() => null);
    return found?.uid === uid;
}
/** Judges the engine's answer; none is that of an engine like any other. */
function modeOf(answer, ids) {
    const rootless = answer.includes('"name=rootless"');
    return {
        runner: { ...ids, inside: rootless ? { uid: 0, gid: 0 } : ids },
        hasLimits: !(rootless && answer.endsWith(' none')),
    };
}
async function ask(docker) {
    try {
        return await docker.call(['info', '--format', QUESTION], { timeoutMs: BOUNDS.query });
    }
    catch (error) {
        if (error instanceof EngineError)
            return ''; // whoever needs the engine next tells why it does not answer
        throw error;
    }
}

;// CONCATENATED MODULE: ./build/entry.js


/**
 * Runs an entry of the action to its end. What it throws is reported, and what nobody caught too: Node would print
 * that raw, with whatever text of others is in it, and end the process in the same way.
 */
async function runEntry(work, report, title) {
    const reportError = (error) => report((0,errors/* adviceOf */.wr)(error), (0,errors/* titleOf */.Gg)(error, title));
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

// EXTERNAL MODULE: ./build/host/signals.js
var host_signals = __webpack_require__(2774);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
;// CONCATENATED MODULE: ./build/formats/text.js
/** Text of at most so many characters. */
function shorten(text, longest) {
    const characters = text.length > longest ? [...text.slice(0, longest * 2 + 2)] : [];
    return characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : text;
}

;// CONCATENATED MODULE: ./build/record/diffstat.js


/** Reading more than this would cost a task time; a patch of binary files can be very large. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Counts the lines of a patch, of its first bytes. Null where it cannot be read. */
async function diffstatOf(path, mostBytes = MOST_BYTES) {
    const chunks = [];
    try {
        for await (const chunk of (0,external_node_fs_.createReadStream)(path, { end: mostBytes }))
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
function drawDiffstat({ files, isWhole }) {
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
function formatBytes(bytes) {
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
    const lines = (0,external_node_util_.stripVTControlCharacters)(log)
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
function endWithin(text, bytes) {
    const buffer = Buffer.from(text);
    if (buffer.length <= bytes)
        return text;
    const end = buffer.subarray(-Math.floor(bytes)).toString('utf8');
    return end.slice(end.indexOf('\n') + 1);
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 9 modules
var schemas = __webpack_require__(7597);
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
        (0,host_signals/* soonAfter */.QD)(cancel, AFTER_CANCEL_MS).addEventListener('abort', () => end('cancelled'), { once: true });
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
const isErrorCode = (text) => Object.hasOwn(errors/* ERROR_CODES */.OQ, text);
const errorCode = schemas/* enum */.k5n(Object.keys(errors/* ERROR_CODES */.OQ).filter(isErrorCode));
const run_record_text = schemas/* string */.YjP();
const count = schemas/* int */.Whr().min(0);
/** The record of one run, `metadata/run.json` (docs/record.md). No secret values, ever. */
const run_record_runRecordSchema = schemas/* object */.Ikc({
    schemaVersion: schemas/* literal */.euz(1),
    session: run_record_text,
    task: run_record_text,
    label: run_record_text.optional(),
    status: schemas/* enum */.k5n(errors/* STATUSES */.f),
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
        kept: run_record_text.optional(),
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
    git: schemas/* object */.Ikc({ repository: run_record_text, sha: run_record_text, ref: run_record_text }),
    job: schemas/* object */.Ikc({ id: run_record_text, url: run_record_text.nullable() }).optional(),
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
    })
        .nullable()
        .optional(),
});
/** What people call the task of a record; those of earlier versions have no name for them. */
const labelIn = ({ label, task }) => label ?? task;
/** A record at its start: until its run is finished it says that it was not. */
function newRecord(identity, env, version, startedAt, checkRunId = '') {
    return {
        schemaVersion: 1,
        session: identity.session,
        task: identity.task,
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
        git: { repository: env.GITHUB_REPOSITORY ?? '', sha: env.GITHUB_SHA ?? '', ref: env.GITHUB_REF ?? '' },
        job: { id: env.GITHUB_JOB ?? '', url: jobUrl(env, checkRunId) },
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
const isAllowedFailure = ({ allowFailure, status }) => allowFailure === true && ['failed', 'timed-out', 'out-of-memory', 'error'].includes(status);
/**
 * Puts the end of a run into its record, by how long it took: where the clock was set meanwhile, its two times would
 * say something else.
 */
function markFinished(record, seconds) {
    record.finishedAt = new Date(Date.parse(record.startedAt) + seconds * 1000).toISOString();
    record.durationSeconds = seconds;
}

;// CONCATENATED MODULE: ./build/record/failure.js




/** Of longer messages an annotation has only the beginning, and here the end is what counts. */
const LONGEST_MESSAGE = 1_900;
const LINES = 10;
/**
 * How a failed task is reported: by the command's exit where it is the command's own failure, else by our error; with
 * a hint and the last lines of its output where they say more. Null where the task did not fail.
 */
function failureOf(record, hint, lastLines) {
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
        usage.peakMemoryBytes === null ? null : `peak memory ${formatBytes(usage.peakMemoryBytes)}`,
        status === 'skipped' ? 'no container asked for' : null,
    ];
    return `${labelIn(record)}: ${status} ${facts.filter((fact) => fact !== null).join(', ')}`;
}

;// CONCATENATED MODULE: ./build/record/hint.js
/**
 * What a failure most likely means and what to do about it, where its exit code and last words are known ones.
 * @param lastWords the end of the task's output as plain text
 * @returns null where nothing is known
 */
function hintOf(facts, lastWords) {
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

/** Nothing of a table, link, picture or HTML gets in from names and messages, and no control character. */
const escapeCell = (text) => visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\|`*[\]]/g, '\\$&');
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
        parts.lastLines === '' ? '' : fenced(endWithin(parts.lastLines, LONGEST_LINES)),
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
    const allowed = isAllowedFailure(record) ? ', which is allowed' : '';
    return `### ${SIGNS[record.status]} ${escapeCell(labelIn(record))}: ${status}${allowed}`;
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
    const limit = limits?.memoryBytes == null ? '' : ` of ${formatBytes(limits.memoryBytes)}`;
    const facts = [
        durationSeconds === null ? null : formatSeconds(durationSeconds),
        usage.peakMemoryBytes === null ? null : `peak memory ${formatBytes(usage.peakMemoryBytes)}${limit}`,
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
        ['Peak memory', usage.peakMemoryBytes === null ? null : formatBytes(usage.peakMemoryBytes)],
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
        limits.memoryBytes === null ? null : formatBytes(limits.memoryBytes),
        limits.pids === null ? null : `${limits.pids} processes`,
    ];
    return parts.filter((part) => part !== null).join(', ');
}
function cut(text) {
    const bytes = Buffer.from(text);
    if (bytes.length <= LONGEST_TASK_SUMMARY)
        return text;
    const kept = bytes.subarray(0, LONGEST_TASK_SUMMARY).toString('utf8');
    return `${kept.slice(0, kept.lastIndexOf('\n') + 1)}\n> The task’s summary was cut here: ${formatBytes(bytes.length)} are more than a step may have.\n`;
}

;// CONCATENATED MODULE: ./build/record/task-outputs.js

/** The outputs that the action sets itself, of which a task has none (action.yml). */
const OWN_OUTPUTS = [
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
];
/** Nothing was written. */
const NO_OUTPUTS = { all: new Map(), passed: new Map(), problems: [], fault: null };
/** GitHub takes 1 MiB of outputs, counted in UTF-16; some of it is kept for the action's own. */
const task_outputs_MOST_BYTES = 1024 * 1024 - 32 * 1024;
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
        bytes += bytesOf(name, value, isPassed) - bytesOf(name, all.get(name), passed.has(name));
        if (isPassed)
            spellings.set(key, name);
        all.set(name, value);
        if (isPassed)
            passed.set(name, value);
        else
            problems.push(`line ${line}: ${shown(name)} ${why}`);
        if (bytes <= task_outputs_MOST_BYTES)
            continue;
        bytes -= bytesOf(name, value, isPassed);
        all.delete(name);
        passed.delete(name);
        problems.push(`line ${line}: ${shown(name)} is more than the 1 MiB of outputs that GitHub takes; use a file in $ARTIFACT_DIR`);
    }
    return { all, passed, problems, fault };
}
/** What a record has of a task's outputs, in bytes of JSON. */
const RECORDED_BYTES = 16 * 1024;
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
function bytesOf(name, value, isPassed) {
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
        runner_warning(warning);
    setOutputs(recorder, collected?.outputs ?? NO_OUTPUTS, artifact);
    info(failure_lastLineOf(record));
    const lastLines = isDue('on-failure', record.status) ? await recorder.lastLines(publish_LINES) : '';
    const hint = hintOf(record, lastLines);
    const tasksOwn = recorder.taskMasks.text(collected?.summary ?? '');
    const own = isDue(summary, record.status)
        ? summary_summaryOf(recorder.struck(), tasksOwn, {
            lastLines,
            hint,
            diffstat: await diffstatIn(recorder),
            artifact: isDue(upload, record.status) ? artifact : null,
        })
        : tasksOwn;
    await publish_summarize(own);
    const failure = failureOf(record, hint, lastLines);
    const report = isAllowedFailure(record) ? runner_warning : fail;
    if (failure)
        report(failure.message, failure.title);
}
/** Reports for a main that was killed how its task ended: log, annotations and summary say nothing of it yet. */
async function publishKilled(record, summary) {
    runner.info(lastLineOf(record));
    if (isDue(summary, record.status))
        await publish_summarize(summaryOf(record, ''));
    if (record.error)
        runner.warning(record.error.message, record.error.code);
}
async function diffstatIn({ patch, strikeText }) {
    const diffstat = patch?.endsWith('.patch') ? await diffstatOf(patch) : null;
    return diffstat === null ? '' : strikeText(drawDiffstat(diffstat));
}
async function publish_summarize(markdown) {
    if (markdown === '')
        return;
    await summarize(markdown)
        .catch((error) => runner_warning(`The job summary could not be written: ${(0,errors/* messageOf */.bD)(error)}`));
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
        output(name, value);
    for (const [name, value] of tasksOwn.passed)
        output(name, value);
}

;// CONCATENATED MODULE: ./build/formats/name-glob.js
/**
 * Patterns of one name, such as a part of a path. They and the names come from a repository or from a task, so that no
 * regular expression may do: its time grows with each `*`. Here all places that a pattern can have come to are looked at
 * together, and each of them once.
 */
/** Groups within groups; each level costs a factor of time. */
const DEEPEST = 2;
/** Longer patterns match nothing that anybody names. */
const LONGEST = 1000;
/** What keeps a pattern from being used; null where nothing does. */
function globProblem(pattern) {
    if (pattern.length > LONGEST)
        return `is longer than ${LONGEST} characters`;
    let depth = 0;
    for (const character of pattern) {
        if (character === '(')
            depth++;
        if (character === ')')
            depth = Math.max(0, depth - 1);
        if (depth > DEEPEST)
            return `has groups in more than ${DEEPEST} levels`;
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

;// CONCATENATED MODULE: ./build/task/fields.js
/** True of a map; lists and null are none. */
const isFields = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

;// CONCATENATED MODULE: ./build/task/container-problems.js



/** Reads a container object, each field by itself: the container, or what is wrong with its fields (RUN-1). */
function readContainer(container, nameOf) {
    const parsed = containerSchema.safeParse(container);
    if (parsed.success)
        return { spec: parsed.data, judged: parsed.data, problems: [] };
    const problems = problemsOf(parsed.error, container, nameOf, keysAt).map(misplacedLimit);
    const right = isFields(container) ? containerSchema.safeParse(without(container, problems)).data : null;
    return { spec: null, judged: right ?? null, problems };
}
function without(fields, problems) {
    const wrong = new Set(problems.map(({ path }) => String(path[0])));
    return Object.fromEntries(Object.entries(fields).filter(([key]) => !wrong.has(key)));
}
/** A limit that stands beside `resources` instead of in it. */
function misplacedLimit(problem) {
    const [key, ...below] = problem.path.map(String);
    if (!problem.unknownKey || below.length > 0 || !NESTED.resources.some((limit) => limit === key))
        return problem;
    return { ...problem, message: `belongs under resources; write resources: { ${key}: … }` };
}
/** What has to be there for a container to be made (RUN-2), and what excludes each other. */
function missingFields(container, nameOf) {
    const problems = [];
    const has = (key) => container[key] !== undefined;
    const add = (key, message) => problems.push({ field: nameOf([key]), path: [key], message, unknownKey: false });
    if (!has('image') && !has('toolchain'))
        add('image', 'is missing; name an image (image: node:22) or a toolchain (toolchain: node@22)');
    if (has('image') && has('toolchain'))
        add('toolchain', 'and image exclude each other; keep one');
    if (has('command') && has('run'))
        add('run', 'and command exclude each other; keep one');
    const shown = ['overlay', 'copy', 'bind'].find((method) => method === container.workspace);
    if (shown && container.workspaceUncommitted === false)
        add('workspaceUncommitted', `is false, and workspace: ${shown} shows the checkout as it is; use workspace: clone or auto`);
    return problems;
}
const NESTED = {
    resources: ['cpus', 'memory', 'pids'],
    cacheVolumes: ['name', 'target'],
    engineVolumes: ['name', 'target', 'readOnly'],
    mounts: ['source', 'target', 'readOnly'],
};
function keysAt(path) {
    const nested = NESTED;
    return path.length === 0 ? CONTAINER_KEYS : (nested[String(path[0])] ?? []);
}

;// CONCATENATED MODULE: ./build/task/merge.js

/** Maps are merged key by key; any other field is replaced. */
const MERGED = new Set(['env', 'labels', 'resources']);
/** Fields that say the same thing: one of them puts the other one of what lies below out of force. */
const EXCLUSIVE = [
    ['run', 'command'],
    ['image', 'toolchain'],
];
/** A container object with the fields of another one laid over it: inputs over a payload, a task over its defaults. */
function layOver(below, above) {
    const overruled = new Set(EXCLUSIVE.filter((group) => group.some((key) => Object.hasOwn(above, key))).flat());
    const kept = Object.entries(below).filter(([key]) => !overruled.has(key));
    const laid = Object.entries(above).map(([key, value]) => {
        const old = Object.hasOwn(below, key) ? below[key] : undefined;
        return [key, MERGED.has(key) && isFields(old) && isFields(value) ? { ...old, ...value } : value];
    });
    return Object.fromEntries([...kept, ...laid]);
}

;// CONCATENATED MODULE: ./build/task/read-task.js






/** One line an input: an input that is not placed here does not compile. */
const TARGETS = {
    task: 'elsewhere',
    'task-id': 'elsewhere',
    'session-id': 'elsewhere',
    image: { field: 'image' },
    toolchain: { field: 'toolchain' },
    'toolchains-file': 'elsewhere',
    run: { field: 'run' },
    shell: { field: 'shell' },
    command: { field: 'command' },
    entrypoint: { field: 'entrypoint' },
    'working-directory': { field: 'workdir' },
    env: { field: 'env' },
    secrets: 'elsewhere',
    mounts: { field: 'mounts' },
    'cache-volumes': { field: 'cacheVolumes' },
    'engine-volumes': { field: 'engineVolumes' },
    labels: { field: 'labels' },
    pull: { field: 'pull' },
    platform: { field: 'platform' },
    gpus: { field: 'gpus' },
    runtime: { field: 'runtime' },
    'shm-size': { field: 'shmSize' },
    cpus: { limit: 'cpus' },
    memory: { limit: 'memory' },
    'pids-limit': { limit: 'pids' },
    network: { field: 'network' },
    user: { field: 'user' },
    init: { field: 'init' },
    profile: { field: 'profile' },
    'read-only': { field: 'readOnly' },
    options: { field: 'options' },
    workspace: { field: 'workspace' },
    'workspace-path': { field: 'workspacePath' },
    'workspace-uncommitted': { field: 'workspaceUncommitted' },
    changes: { field: 'changes' },
    artifacts: { field: 'artifacts' },
    'collect-timeout': { field: 'collectTimeoutSeconds' },
    'collect-max-bytes': { field: 'collectMaxBytes' },
    'collect-max-files': { field: 'collectMaxFiles' },
    'collect-max-depth': { field: 'collectMaxDepth' },
    timeout: { field: 'timeoutSeconds' },
    'stop-grace': { field: 'stopGraceSeconds' },
    'workflow-commands': { field: 'workflowCommands' },
    'on-cancel': { field: 'onCancel' },
    'allow-failure': { field: 'allowFailure' },
    capabilities: 'elsewhere',
    'keep-failed': 'elsewhere',
    'cleanup-age-days': 'elsewhere',
    summary: 'elsewhere',
    upload: 'elsewhere',
    'artifact-name': 'elsewhere',
    'retention-days': 'elsewhere',
    matrix: 'elsewhere',
    'job-index': 'elsewhere',
    'check-run-id': 'elsewhere',
};
/** The input of each field that has one. */
const INPUT_OF = new Map(Object.entries(TARGETS).flatMap(([name, target]) => target === 'elsewhere' ? [] : [[fieldOf(target), name]]));
function fieldOf(target) {
    return 'field' in target ? target.field : `resources.${target.limit}`;
}
/**
 * The task that inputs and payload describe together, or all that is wrong with it (RUN-1, RUN-2).
 * @param known problems already found in the inputs
 * @param check what else is asked of the container
 * @throws TaskError ACODE-CTN-006, or what `check` finds
 */
function readTask(inputs, known, check = () => []) {
    const given = fromInputs(inputs);
    const payload = payloadOf(inputs.task);
    const problems = [...known, ...(payload.problem ? [payload.problem] : [])];
    const isPayloadBroken = problems.some(({ field }) => field === PAYLOAD);
    const merged = merge(payload.container, given.fields);
    if (merged === undefined && inputs.task === undefined && !isPayloadBroken)
        problems.push({
            field: 'the step',
            message: 'names no image; give one of the inputs image, toolchain or task',
        });
    // Without a payload, what is missing is missing among the inputs.
    const nameOf = fieldNamer(payload.prefix, inputs.task === undefined ? INPUT_OF : given.named);
    const around = { ...payload.outer, task: { id: payload.id } };
    const outside = payloadSchema.safeParse(around);
    if (outside.error)
        problems.push(...problemsOf(outside.error, around, (path) => path.join('.'), () => []));
    const container = merged === undefined ? null : readContainer(merged, nameOf);
    problems.push(...(container?.problems ?? []));
    const enabled = container?.spec?.enabled ?? (isFields(merged) && merged.enabled !== false);
    // Of a payload that cannot be read nobody knows what it lacks.
    if (enabled && isFields(merged) && !isPayloadBroken)
        problems.push(...missingFields(merged, nameOf));
    const refusals = enabled && container?.judged ? check(container.judged).map(({ error }) => error) : [];
    failOn(problems, 'Invalid task', refusals);
    return {
        id: outside.data?.task.id,
        requiredCapabilities: outside.data?.requiredCapabilities ?? [],
        container: container?.spec?.enabled ? container.spec : null,
    };
}
const PAYLOAD = 'input task';
/**
 * The id that a payload gives its task, as far as can be told without judging the rest of it: what has a
 * name before it is known to be right.
 */
function payloadId(payload) {
    const { id } = payloadOf(payload);
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
/**
 * Refuses a task that needs what this runner does not offer (RUN-3). `docker` is needed by every container
 * and offered here; whether an engine answers shows when it is called.
 * @throws TaskError ACODE-CTN-012
 */
function requireCapabilities(task, offered) {
    const required = [...new Set([...task.requiredCapabilities, ...(task.container ? ['docker'] : [])])];
    const missing = required.filter((capability) => capability !== 'docker' && !offered.includes(capability));
    if (missing.length > 0)
        throw new errors/* TaskError */.Ik('ACODE-CTN-012', `This runner lacks what the task requires: ${missing.join(', ')} (it offers ${['docker', ...offered].join(', ')}). ` +
            'Run the job on a runner that has it (runs-on), or say that this one does: input capabilities, or ACODE_CAPABILITIES in its environment.');
    return required;
}
/** Tells the three accepted forms apart: canonical, `{container: …}`, and the bare container object. */
function payloadOf(payload) {
    if (payload === undefined)
        return { container: undefined, outer: {}, id: undefined, prefix: 'container' };
    if (!isFields(payload))
        return broken('has to be a map (YAML or JSON) with task, container or the container itself');
    if (isFields(payload.task))
        return {
            container: payload.task.container,
            outer: payload,
            id: payload.task.id,
            prefix: 'task.container',
        };
    if ('task' in payload)
        return broken('has a key task that is no map; write task: { id: …, container: { … } }');
    if ('container' in payload)
        return { container: payload.container, outer: payload, id: payload.id, prefix: 'container' };
    const keys = Object.keys(payload);
    if (keys.some((key) => CONTAINER_KEYS.includes(key)))
        return { container: payload, outer: {}, id: undefined, prefix: 'task' };
    if ('requiredCapabilities' in payload || 'id' in payload)
        return { container: undefined, outer: payload, id: payload.id, prefix: 'task' };
    return broken(`has no task, no container and no field of a container; ${keys[0] ?? 'it'} ${unknownKey(keys[0] ?? '', CONTAINER_KEYS)}`);
}
const broken = (message) => ({
    container: undefined,
    outer: {},
    id: undefined,
    prefix: 'task',
    problem: { field: PAYLOAD, message },
});
function fromInputs(inputs) {
    const fields = {};
    const limits = {};
    const named = new Map();
    for (const [name, target] of Object.entries(TARGETS)) {
        const value = inputs[name];
        if (target === 'elsewhere' || value === undefined)
            continue;
        if ('field' in target)
            fields[target.field] = value;
        else
            limits[target.limit] = value;
        named.set(fieldOf(target), name);
    }
    if (Object.keys(limits).length > 0)
        fields.resources = limits;
    return { fields, named };
}
function merge(container, given) {
    if (Object.keys(given).length === 0)
        return container ?? undefined;
    if (container !== undefined && !isFields(container))
        return container;
    return layOver(container ?? {}, given);
}
/** Names a field by the input that gave it, else by its path in the payload. */
function fieldNamer(prefix, named) {
    return (path) => {
        const input = named.get(path.slice(0, 2).join('.')) ?? named.get(String(path[0]));
        if (!input)
            return [prefix, ...path.map(String)].join('.');
        const below = path.slice(named.has(path.slice(0, 2).join('.')) ? 2 : 1).map(String);
        return [`input ${input}`, ...below].join('.');
    };
}

// EXTERNAL MODULE: ./build/host/files.js
var host_files = __webpack_require__(9036);
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

;// CONCATENATED MODULE: ./build/ownership/labels.js
/** The keys of our labels. */
const LABEL = {
    managed: 'acode.managed',
    session: 'acode.session',
    task: 'acode.task',
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
    const asked = owner ? orphans_ask(owner, witness) : 'its owner label cannot be read';
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
function orphans_ask(owner, { self, startTime, exists }) {
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

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
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
class HeldFolder {
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
        return new HeldFolder(await (0,external_node_fs_promises_.open)(path, flags), Buffer.from(path));
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
                const below = await HeldFolder.open(folder.entry(name)).catch((error) => {
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
        await (0,host_files/* removeFolder */.v$)(this.entry(name));
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
const O_PATH = 0o10000000;
/**
 * Takes away what a task, which has ended, left in a folder or file of the runner's that would act there with the
 * rights of others: of files that changed since then the set user and group id, and device nodes. A file that was so
 * before is left as it was; the kernel sets the time of change, so that no task can hide one. No link is followed.
 * @param path absolute, and free of links when the task began
 * @param since epoch milliseconds before the task began
 */
async function takePrivileges(path, since, signal) {
    const walk = { since: BigInt(since), signal, taken: [], failed: [] };
    const root = await HeldFolder.open('/');
    try {
        const name = Buffer.from(path).subarray(Buffer.byteLength((0,external_node_path_.dirname)(path)) + ((0,external_node_path_.dirname)(path) === '/' ? 0 : 1));
        const folder = Buffer.from((0,external_node_path_.relative)('/', (0,external_node_path_.dirname)(path))).toString('latin1');
        await root.within(folder, async (parent) => {
            const found = await parent.stat(name.toString('latin1'));
            if (found !== null)
                await visit(walk, parent, name.toString('latin1'), path, found, found.dev);
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
async function visit(walk, parent, name, path, found, device) {
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
        walk.failed.push(`${path}: ${(0,errors/* messageOf */.bD)(error)}`);
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
                    await visit(walk, folder, below, `${path}/${entry}`, state, device);
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
    const file = await (0,external_node_fs_promises_.open)(parent.entry(name), O_PATH | external_node_fs_.constants.O_NOFOLLOW);
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
async function writeSparse(path, content) {
    const file = await (0,external_node_fs_promises_.open)(path, 'w');
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
const withoutRoot = (path) => path.split('/').slice(1).join('/');
/** What of an archive is passed over for want of a budget, in bytes, before the rest is given up as well. */
const MOST_SKIPPED = 1024 ** 3;
/**
 * The entries of an archive that fit into a budget; the others are left out, and noted. A further name of a file
 * counts like the file: whoever copies it has it once more.
 * @throws OverBudgetError where the archive is not read to its end
 */
async function* readTarWithin(archive, budget) {
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
    for await (const item of readTarWithin(archive, budget)) {
        const path = inside(folder, item.path);
        if (path === null)
            continue;
        if (item.type === 'folder')
            continue;
        const first = item.type === 'hard-link' ? inside(folder, item.target) : null;
        const above = (0,external_node_path_.dirname)(path);
        if (!folders.has(above))
            await (0,external_node_fs_promises_.mkdir)(Buffer.from(above, 'latin1'), { recursive: true });
        folders.add(above);
        if (item.type === 'file')
            await writeItem(Buffer.from(path, 'latin1'), item);
        else if (first !== null && files.has(first))
            await (0,external_node_fs_promises_.copyFile)(Buffer.from(first, 'latin1'), Buffer.from(path, 'latin1'));
        else {
            links.set(path, item.type === 'link' ? item.target : NO_FILE);
            continue;
        }
        files.add(path);
    }
    for (const [path, target] of links)
        await (0,external_node_fs_promises_.symlink)(Buffer.from(target, 'latin1'), Buffer.from(path, 'latin1')).catch(unlessThere);
}
/** Up to this size a file goes through memory in one piece, which takes half the time of a stream. */
const IN_MEMORY = 1024 * 1024;
/** Writes the content of a file to where it is kept. */
async function writeItem(path, item) {
    if (item.size <= IN_MEMORY)
        await (0,external_node_fs_promises_.writeFile)(path, await tar_reader_bytesOf(item));
    else
        await writeSparse(path, item.content);
}
/** The content of an entry of an archive, in one piece. */
async function tar_reader_bytesOf({ content }) {
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
    const path = (0,external_node_path_.join)(root, (0,external_node_path_.normalize)(name));
    return name.startsWith('/') || path === root || !(0,host_files/* isWithin */.UO)(path, root) ? null : path;
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
const systemPath = (folder, path) => Buffer.concat([Buffer.from(folder), Buffer.from('/'), Buffer.from(path, 'latin1')]);
/**
 * What is at a path of a folder; null where nothing is. A link on the way leads out of the folder, and to what is
 * none of its own.
 */
async function statInside(folder, path) {
    const found = await (0,external_node_fs_promises_.lstat)(path === '' ? folder : systemPath(folder, path)).catch(() => null);
    if (found === null)
        return null;
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
        const above = await (0,external_node_fs_promises_.lstat)(systemPath(folder, parts.slice(0, depth).join('/'))).catch(() => null);
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
async function filesBelow(folder, path) {
    const found = await statInside(folder, path);
    return found === null ? [] : filesOf(folder, path, found);
}
async function filesOf(folder, path, state) {
    if (!state.isDirectory())
        return state.isFile() || state.isSymbolicLink() ? [path] : [];
    const found = [];
    const full = path === '' ? folder : systemPath(folder, path);
    for (const entry of await (0,external_node_fs_promises_.readdir)(full, { encoding: 'buffer', withFileTypes: true })) {
        const inner = await filesOf(folder, joinPath(path, entry.name.toString('latin1')), entry);
        for (const one of inner)
            found.push(one);
    }
    return found;
}
const joinPath = (folder, name) => (folder === '' ? name : `${folder}/${name}`);
/** The state of a file of a folder; null where there is none, or no file. */
async function stateOf(folder, path) {
    const full = systemPath(folder, path);
    const found = await statInside(folder, path);
    if (found?.isSymbolicLink())
        return { mode: '120000', content: { bytes: await (0,external_node_fs_promises_.readlink)(full, { encoding: 'buffer' }) } };
    return found?.isFile() ? { mode: fileMode(found.mode), content: { file: full } } : null;
}
/** Git keeps of a file's mode whether its owner may run it. */
const fileMode = (mode) => (mode & 0o100 ? '100755' : '100644');
/** True where both are the same file to git. */
async function isSame(one, other) {
    if (one === null || one.mode !== other.mode)
        return false;
    if ((await sizeOf(one)) !== (await sizeOf(other)))
        return false;
    const [a, b] = await Promise.all([hashOf(one), hashOf(other)]);
    return a === b;
}
/** The size of a file's content in bytes. */
async function sizeOf({ content }) {
    return 'bytes' in content ? content.bytes.length : (await (0,external_node_fs_promises_.lstat)(content.file)).size;
}
/** A file's content as it is read. */
async function* chunksOf(state) {
    const { content } = state;
    if ('bytes' in content)
        yield content.bytes;
    else if ((await sizeOf(state)) <= IN_MEMORY)
        yield await (0,external_node_fs_promises_.readFile)(content.file);
    else
        yield* (0,external_node_fs_.createReadStream)(content.file);
}
async function hashOf(state) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
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
    await (0,host_files/* removeFolder */.v$)((0,external_node_path_.join)(folder, links));
    // A folder that only its owner could read shows what is in it once it has changed hands.
    for (let round = 0; round < reclaim_DEEPEST; round++) {
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
        await (0,host_files/* removeFolder */.v$)((0,external_node_path_.join)(folder, links));
    }
    for (const { path, mode, isFile } of files)
        if (isFile)
            await (0,external_node_fs_promises_.chmod)(systemPath(folder, path), (mode & 0o777) | 0o600);
    return files.flatMap(({ path, mode, isFile }) => (isFile && mode & 0o6000 ? [path] : []));
}
/** Folders nested deeper than this, each readable by its owner only, are somebody's joke. */
const reclaim_DEEPEST = 100;
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
    const here = path === '' ? folder : systemPath(folder, path);
    for (const name of await (0,external_node_fs_promises_.readdir)(here, { encoding: 'buffer' }).catch(() => [])) {
        const below = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`;
        const state = await (0,external_node_fs_promises_.lstat)(systemPath(folder, below)).catch(() => null);
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
        runner_warning(`Set user and group ids and devices that the task may have left could not be looked for or taken: ${few(failed)}. Look for them with: sudo find ${folders.map(({ folder }) => folder).join(' ')} -perm /6000 -o -type b -o -type c`, 'ACODE-CTN-002');
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
        return `What ${name} wrote to ${folders} could not all be given to user ${shared.uid}: ${(0,errors/* sentence */.em)((0,errors/* messageOf */.bD)(error))} Give it back with: sudo chown -R ${shared.uid}:${shared.gid} ${folders}`;
    }
}

;// CONCATENATED MODULE: ./build/ownership/shared-notes.js









const noteSchema = schemas/* object */.Ikc({ name: schemas/* string */.YjP(), owner: ownerSchema, shared: sharedSchema });
const PREFIX = '_acode-shared-';
const NOTE = /^_acode-shared-[0-9a-f]{16}\.json$/;
const shared_notes_LONGEST = 1024 * 1024;
/**
 * The runner's own notes of the folders that it shares with containers whose tasks are other users. They decide whose
 * the files in these folders become, so they are believed only where the runner's user alone can have written them:
 * labels can be an image's. They are beside the runner's workspaces, which no job's start or end empties: they are of
 * use when main and post have both been killed.
 */
class SharedNotes {
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
        return isOwn && size <= shared_notes_LONGEST ? noteSchema.parse(JSON.parse(await file.readFile('utf8'))) : null;
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
    const notes = new SharedNotes();
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
async function removeOwned(docker, owner) {
    const result = { removed: [], failed: [] };
    const notes = new SharedNotes();
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
                return { removed: false, failure: (0,errors/* messageOf */.bD)(error) };
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }
}
/**
 * Removes the network of a task whose container is gone.
 * @throws TaskError ACODE-CTN-002
 */
async function removeNetwork(docker, network) {
    const { failure } = await tryRemoveHeld(docker, 'network', network);
    if (failure !== null)
        throw new errors/* TaskError */.Ik('ACODE-CTN-002', removal_stillThere(network, failure, 'network'));
}
/**
 * Removes a container with its anonymous volumes, running or not. One that is gone, or that somebody else is
 * removing, is as good as removed. `name` is what people know it by.
 * @throws TaskError ACODE-CTN-002
 */
async function removeContainer(docker, container, name = container) {
    const { failure } = await tryRemove(docker, container);
    if (failure !== null)
        throw new errors/* TaskError */.Ik('ACODE-CTN-002', removal_stillThere(name, failure, 'container'));
}
/** That the engine could not even be asked for what a run left, with what does its removal by hand. */
function notLookedFor(name, error) {
    return `What is left of ${name} could not be looked for: ${messageOf(error)}. Remove it with: ${REMOVE_BY_HAND.container} ${name}`;
}
function removal_stillThere(name, failure, kind) {
    return `The ${kind} ${name} could not be removed: ${(0,errors/* sentence */.em)(failure)} It is still there; remove it with: ${REMOVE_BY_HAND[kind]} ${name}`;
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
        return { removed: false, failure: gone ? null : (0,errors/* messageOf */.bD)(error) };
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

// EXTERNAL MODULE: ./build/host/open-folder.js
var open_folder = __webpack_require__(8512);
;// CONCATENATED MODULE: ./build/record/folder.js







/** A run's folder by its root. */
function runFolderAt(root) {
    return { root, record: (0,external_node_path_.join)(root, 'record'), private: (0,external_node_path_.join)(root, 'private') };
}
/** A folder for a run, not yet made. It is never one that another try uses, who may be alive. */
function newRunFolder(temp, container) {
    return runFolderAt((0,external_node_path_.join)(temp, `${container}-${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`));
}
/** The container that the folder of this name is of. */
const containerOf = (name) => name.replace(/-[0-9a-f]{8}$/, '');
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
const RESERVE = 256 * 1024;
/** Tells whose a private folder is, for those who find it when its owner is dead. */
const OWNER = 'owner.json';
/**
 * Makes a run's folder, and in it those of its record.
 * @throws TaskError ACODE-CTN-013 where they cannot be written
 */
async function makeRunFolder(folder, paths, owner) {
    try {
        await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(folder.root), { recursive: true });
        await (0,external_node_fs_promises_.mkdir)(folder.root);
        await (0,external_node_fs_promises_.mkdir)(folder.private, { mode: 0o700 });
        await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(folder.private, OWNER), JSON.stringify(owner));
        await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(folder.private, 'reserve'), Buffer.alloc(RESERVE));
        for (const path of [paths.run, paths.log])
            await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true });
    }
    catch (error) {
        throw new errors/* TaskError */.Ik('ACODE-CTN-013', `The record cannot be written to ${folder.root}: ${(0,errors/* sentence */.em)((0,errors/* messageOf */.bD)(error))} Nothing was started. Free space there, or let RUNNER_TEMP be a folder that the runner may write.`, { cause: error });
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
    const { uid, gid } = await stat(dirname(root));
    if (process.geteuid?.() !== 0 || uid === 0)
        return;
    const entries = await readdir(root, { recursive: true });
    for (const path of [root, ...entries.map((entry) => join(root, entry))])
        await lchown(path, uid, gid);
}
/** Writes `run.json` whole or not at all. */
async function writeRecord(path, record) {
    await (0,host_files/* writeWhole */.f8)(path, `${JSON.stringify(record, null, 2)}\n`);
}
/** Reads `run.json` back; without it, `fault` says why it cannot be read, and is null where there is none. */
async function readRecord(path) {
    try {
        const record = runRecordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
        return { record, fault: null };
    }
    catch (error) {
        return { record: null, fault: isErrno(error, 'ENOENT') ? null : messageOf(error) };
    }
}

;// CONCATENATED MODULE: ./build/workspace/keep.js







/** Where copies of failed tasks are kept: beside the runner's workspaces, which no job's end empties. */
function keptFolders(env) {
    return (0,external_node_path_.dirname)(env.RUNNER_WORKSPACE ?? env.RUNNER_TEMP ?? '/tmp/acode');
}
const keep_PREFIX = '_acode-kept-';
/**
 * A folder for a task's copy, not yet made. Each is by itself and never one that is there: what a job container left is
 * root's.
 */
function newKeptFolder(env, container) {
    return (0,external_node_path_.join)(keptFolders(env), `${keep_PREFIX}${container}-${(0,external_node_crypto_.randomBytes)(4).toString('hex')}`);
}
/** The kept copies of our user, of one task or of all. Others' are passed by. */
async function ownCopies(parent, container) {
    const names = (await (0,external_node_fs_promises_.readdir)(parent).catch(() => [])).filter((name) => /^_acode-kept-acode-[a-z0-9-]+-[0-9a-f]{8}$/.test(name) &&
        (container === undefined || name.slice(keep_PREFIX.length, -9) === container));
    const found = await Promise.all(names.map(async (name) => {
        const path = (0,external_node_path_.join)(parent, name);
        const state = await (0,external_node_fs_promises_.lstat)(path).catch(() => null); // another run on this machine may be removing it
        if (!state?.isDirectory() || state.uid !== process.geteuid?.())
            return [];
        return [{ path, modifiedMs: state.mtimeMs }];
    }));
    return found.flat();
}
/** Removes what earlier tries of a task kept. */
async function removeEarlierCopies(env, container) {
    for (const { path } of await ownCopies(keptFolders(env), container))
        await (0,host_files/* removeFolder */.v$)(path);
}
/**
 * Writes a task's working copy, as it comes from the engine, to a new folder of the runner's own, as far as the budget
 * goes. Links come last, so that nothing is written through one.
 * @throws OverBudgetError where the archive is not read to its end; what was written before stays
 */
async function keepCopy(archive, folder, budget) {
    await (0,external_node_fs_promises_.mkdir)(folder, { mode: 0o700 });
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
        await (0,external_node_fs_promises_.symlink)(Buffer.from(target, 'latin1'), systemPath(folder, path));
}
async function keepItem(item, folder, at) {
    if (item.type === 'folder')
        await (0,external_node_fs_promises_.mkdir)(at, { recursive: true });
    else if (item.type === 'hard-link')
        await (0,external_node_fs_promises_.link)(systemPath(folder, withoutRoot(item.target)), at);
    else if (item.type === 'file') {
        await writeItem(at, item);
        await (0,external_node_fs_promises_.chmod)(at, (item.mode & 0o777) | 0o600);
    }
}
/** A further name of what was left out is left out too. */
const unlessLeftOut = (item, budget) => (error) => {
    if (item.type !== 'hard-link' || !(0,open_folder/* isErrno */.r)(error, 'ENOENT'))
        throw error;
    budget.leaveOut(item.path);
};
/** Removes kept copies that are older than so many days (GIT-3). */
async function removeExpired(parent, days, now) {
    const folders = [];
    let bytes = 0;
    for (const { path, modifiedMs } of await ownCopies(parent)) {
        if (now.getTime() - modifiedMs < days * 24 * 3600 * 1000)
            continue;
        bytes += await diskUse(path).catch(() => 0);
        await (0,host_files/* removeFolder */.v$)(path);
        folders.push(path);
    }
    return { folders, bytes };
}
/** The bytes of all files of a folder. */
async function diskUse(folder) {
    const files = await filesBelow(folder, '');
    const sizes = await Promise.all(files.map(async (path) => (await (0,external_node_fs_promises_.lstat)(systemPath(folder, path))).size));
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
                    cleanup.failed.push((0,errors/* messageOf */.bD)(one.reason));
        }
        else if (phases.workspace !== undefined) {
            // Creation or run failed or was interrupted: whatever there is of it carries our owner label.
            const { removed, failed } = await removeOwned(docker, run.owner);
            cleanup.removed.push(...removed);
            cleanup.failed.push(...failed);
        }
    }
    catch (error) {
        cleanup.failed.push((0,errors/* messageOf */.bD)(error));
    }
    for (const failure of cleanup.failed.slice(before))
        runner_warning(`${failure} (the post step tries again)`, 'ACODE-CTN-002');
}
/** What a cancelled job has left for the removal of its files: with many, it is the post step that ends it. */
const REMOVAL_AFTER_CANCEL_MS = 1_500;
/** Removes what only the run itself needed: control folder, secrets, environment. */
async function removePrivate({ run: { folder, recorder }, signals }) {
    try {
        await (0,host_files/* removeFolder */.v$)(folder.private, (0,host_signals/* soonAfter */.QD)(signals.cancel, REMOVAL_AFTER_CANCEL_MS));
    }
    catch (error) {
        recorder.record.cleanup.failed.push(`${folder.private}: ${(0,errors/* messageOf */.bD)(error)}`);
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
            await (0,host_files/* removeFolder */.v$)(folder);
            result.orphans.push(folder);
        }
        catch (error) {
            result.failed.push(`${folder}: ${(0,errors/* messageOf */.bD)(error)}`);
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
            info(`Removed ${folders.length} kept copies older than ${days} days (${formatBytes(bytes)})`);
    }
    catch (error) {
        runner_warning(`Kept copies could not be removed: ${(0,errors/* messageOf */.bD)(error)}`, 'ACODE-CTN-002');
    }
}
const DEFAULT_AGE_DAYS = 7;
/** Sweeps beside the task. A sweep that fails costs the task nothing. */
async function sweep(docker, except = '', owner = null) {
    try {
        return await sweepOrphans(docker, except, owner);
    }
    catch (error) {
        return { orphans: [], kept: [], failed: [`orphans could not be looked for: ${(0,errors/* messageOf */.bD)(error)}`] };
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

;// CONCATENATED MODULE: ./build/container/control.js
/** The control folder in the container, `/run/acode`. */
const CONTROL = '/run/acode';
/** Paths of the control folder, in the container. */
const CONTROL_PATHS = {
    home: `${CONTROL}/home`,
    env: `${CONTROL}/env`,
    event: `${CONTROL}/event.json`,
    output: `${CONTROL}/output`,
    path: `${CONTROL}/path`,
    summary: `${CONTROL}/summary`,
    artifacts: `${CONTROL}/artifacts`,
    secrets: `${CONTROL}/secrets`,
    environment: `${CONTROL}/environment`,
};
/**
 * What the control folder holds when the task starts.
 * @param texts `environment`: text of that file; empty: there is none. `event`: the payload of the run's event
 */
function controlEntries(command, secrets, { environment = '', event = '{}' } = {}) {
    const entries = [
        { path: 'home', kind: 'folder' },
        { path: 'artifacts', kind: 'folder' },
        { path: 'output', kind: 'file', content: '', mode: 'written' },
        { path: 'summary', kind: 'file', content: '', mode: 'written' },
        { path: 'env', kind: 'file', content: '', mode: 'written' },
        { path: 'path', kind: 'file', content: '', mode: 'written' },
        { path: 'event.json', kind: 'file', content: event, mode: 'secret' },
    ];
    if (command.script)
        entries.push({ ...command.script, kind: 'file', mode: 'script' });
    if (environment !== '')
        entries.push({ path: 'environment', kind: 'file', content: environment, mode: 'secret' });
    const names = Object.keys(secrets);
    if (names.length > 0)
        entries.push({ path: 'secrets', kind: 'folder' });
    for (const name of names)
        entries.push({ path: `secrets/${name}`, kind: 'file', content: secrets[name] ?? '', mode: 'secret' });
    return entries;
}

;// CONCATENATED MODULE: ./build/streams/output.js
/**
 * Passes a task's output on as it comes, byte for byte, to log and file. The slower of the two sets the pace,
 * so memory stays flat however much comes and however long its lines are.
 */
async function passOutput(source, sinks) {
    let bytes = 0;
    let last = 0x0a;
    // A stream that failed before tells nobody again, and is never drained.
    let fileError = sinks.file.errored;
    let liveGone = sinks.live.destroyed;
    const onFileError = (error) => {
        fileError ??= error;
    };
    const onLiveError = () => {
        liveGone = true;
    };
    sinks.file.on('error', onFileError);
    sinks.live.on('error', onLiveError);
    const pass = async (chunk) => {
        if (chunk.length === 0)
            return;
        sinks.onOutput?.(chunk);
        bytes += chunk.length;
        last = chunk.at(-1) ?? last;
        await Promise.all([
            liveGone ? undefined : write(sinks.live, chunk),
            fileError ? undefined : write(sinks.file, chunk),
        ]);
    };
    try {
        for await (const chunk of source)
            await pass(sinks.redactor.push(chunk));
        await pass(sinks.redactor.end());
    }
    finally {
        sinks.live.off('error', onLiveError);
    }
    return { bytes, endsWithNewline: last === 0x0a, fileError };
}
/** Writes and waits for room. A sink that fails is dealt with by its error event. */
function write(sink, chunk) {
    if (sink.write(chunk))
        return undefined;
    return new Promise((resolve) => {
        const done = () => {
            sink.off('drain', done).off('error', done).off('close', done);
            resolve();
        };
        sink.on('drain', done).on('error', done).on('close', done);
    });
}

;// CONCATENATED MODULE: ./build/container/mounts.js




/** A mount as the value of `--mount`: CSV, whose fields are quoted where they need it (encoding/csv). */
function mountOption(mount) {
    const fields = [`type=${mount.type}`];
    if (mount.type === 'bind')
        fields.push(`source=${mount.source}`);
    else if (mount.name !== null)
        fields.push(`source=${mount.name}`);
    fields.push(`target=${mount.target}`);
    if (mount.readOnly)
        fields.push('readonly');
    if (mount.type === 'volume' && mount.noCopy)
        fields.push('volume-nocopy');
    if (mount.type === 'volume')
        for (const [key, value] of Object.entries(mount.labels ?? {}))
            fields.push(`volume-label=${key}=${value}`);
    return fields
        .map((field) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
        .join(',');
}
/** Sockets that are the engine itself: whoever has one owns the machine. */
const ENGINE_SOCKETS = [
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/run/containerd/containerd.sock',
    '/run/podman/podman.sock',
];
/**
 * The user's mounts with real, absolute sources. A relative source is below the workspace and has to stay
 * there also through links, which come from the repository's content.
 * @throws TaskError ACODE-CTN-011 for a source that breaks isolation, ACODE-CTN-006 for one that is not there
 */
async function resolveMounts(mounts, context) {
    if (mounts.length === 0)
        return [];
    const endpoint = await context.endpoint();
    const sockets = endpoint.startsWith('unix://')
        ? [...ENGINE_SOCKETS, endpoint.slice('unix://'.length)]
        : ENGINE_SOCKETS;
    return Promise.all(mounts.map(async ({ source, target, readOnly }) => {
        const real = await realSource(source, context);
        const reason = await whyRefused(real, sockets, context);
        if (reason !== null)
            throw refusedMount(source, target, reason);
        return { type: 'bind', source: real, target, readOnly };
    }));
}
/**
 * Refuses what is told by a source as it is written, before any link is followed: what {@link resolveMounts} would
 * refuse on every machine.
 * @throws TaskError ACODE-CTN-011
 */
function refuseSource({ source, target, }) {
    const path = (0,external_node_path_.normalize)(source);
    if (/^\.\.(\/|$)/.test(path))
        throw leadsOut(source, path);
    if (!(0,external_node_path_.isAbsolute)(path))
        return;
    const socket = ENGINE_SOCKETS.find((one) => (0,host_files/* isWithin */.UO)(one, path));
    const reason = socket === undefined ? kernelReason(path) : holding(socket);
    if (reason !== null)
        throw refusedMount(source, target, reason);
}
async function realSource(source, { workspace }) {
    const path = (0,external_node_path_.isAbsolute)(source) ? source : (0,external_node_path_.join)(workspace, source);
    const real = await (0,external_node_fs_promises_.realpath)(path).catch((error) => {
        throw new errors/* TaskError */.Ik('ACODE-CTN-006', `The mount source ${source} is not there (${path}). Create it before this step, or correct it.`, { cause: error });
    });
    if (!(0,external_node_path_.isAbsolute)(source) && !(0,host_files/* isWithin */.UO)(real, await (0,external_node_fs_promises_.realpath)(workspace)))
        throw leadsOut(source, real);
    return real;
}
const leadsOut = (source, to) => new errors/* TaskError */.Ik('ACODE-CTN-011', `The mount source ${source} leads out of the workspace (to ${to}). Give an absolute path if that is meant.`);
const refusedMount = (source, target, reason) => new errors/* TaskError */.Ik('ACODE-CTN-011', `The mount ${source}:${target} is refused: ${reason}. Mount a narrower folder.`);
async function whyRefused(source, sockets, { fileCommands, runs, own }) {
    for (const socket of sockets)
        if ((0,host_files/* isWithin */.UO)(await real(socket), source))
            return holding(socket);
    if (fileCommands !== null && (await reaches(source, fileCommands)))
        return `it reaches ${fileCommands}, through which a task could steer the runner’s later steps`;
    const temp = await real(runs);
    if ((0,host_files/* isWithin */.UO)(temp, source) || (0,external_node_path_.relative)(temp, source).startsWith('acode-'))
        return `it reaches records of this job in ${runs}, where a task could change its own record and read what other tasks have`;
    if (own !== null && (await reaches(source, own)))
        return `it reaches ${own}, by which a task could steer what is brought to the workspace`;
    return kernelReason(source);
}
const holding = (socket) => `it holds the engine’s socket ${socket}, which gives the whole machine away`;
const kernelReason = (source) => /^\/(proc|sys|dev)(\/|$)/.test(source) ? 'it is the kernel’s own file system' : null;
/** True where one of them is within the other. */
async function reaches(source, folder) {
    const own = await real(folder);
    return (0,host_files/* isWithin */.UO)(own, source) || (0,host_files/* isWithin */.UO)(source, own);
}
const real = (path) => (0,external_node_fs_promises_.realpath)(path).catch(() => (0,external_node_path_.resolve)(path));

;// CONCATENATED MODULE: ./build/container/network.js

/** The value of the input `network` that gives a task a network of its own. */
const OWN_NETWORK = 'task';
/** The engine's default network, which every container is on that has no other. */
const SHARED_NETWORK = 'bridge';
/**
 * Where clouds give the machine's own credentials to whoever asks. As a further address of the container's own
 * interface it is the container itself, also for sockets that are bound to the interface, and all of
 * 169.254.0.0/16 is on the task's own network, where only the engine's machine answers. That takes no root on the runner.
 */
const METADATA_ADDRESS = '169.254.169.254';
/**
 * Whether the metadata address can be hidden from a task: not where it, or a neighbour, is what the machine resolves
 * names with (Google Cloud), for the engine asks it in the container's name; nor where that is not known, because the
 * engine is elsewhere or the runner is in a container whose resolver is the engine's.
 * @param endpoint where the engine is, such as `unix:///var/run/docker.sock`
 * @param resolvers the texts of this machine's resolver configurations
 */
function canHideMetadata(endpoint, resolvers) {
    if (!/^unix:|^tcp:\/\/(localhost|127\.[\d.]+|\[::1\])(:|$)/.test(endpoint))
        return false;
    if (/169\.254\.\d/.test(resolvers))
        return false;
    return !/127\.0\.0\.11\b/.test(resolvers) || /ExtServers:/.test(resolvers);
}
/** True where the engine has no addresses left for a further network, in the words of Docker 20.10 and of 27. */
const isOutOfAddresses = (message) => /non-overlapping IPv4 address pool|predefined address pools have been fully subnetted/i.test(message);
/**
 * Keeps a strict task off the host's network, where it would reach what listens on the runner's loopback.
 * @throws TaskError ACODE-CTN-011
 */
function refuseHostNetwork(spec) {
    if (spec.network === 'host' && spec.profile === 'strict')
        throw new errors/* TaskError */.Ik('ACODE-CTN-011', 'The network host is refused in profile strict: it shares the runner’s network with the task. Use network: task or the name of a network, or profile: standard.');
}

;// CONCATENATED MODULE: ./build/container/arguments.js


/** The arguments of `docker create`: pure, a list, no value of a variable among them (RUN-5). */
function createArguments(plan) {
    const { spec } = plan;
    return [
        'create',
        ...['--name', plan.name],
        ...Object.entries(plan.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
        // The log goes to us alone: nothing is kept on the engine's disk, and it streams several times faster.
        ...['--pull', 'never', '--log-driver', 'none'],
        ...(spec.init ? ['--init'] : []),
        ...hardening(spec),
        ...limits(spec.resources),
        // Where the machine's memory runs out, the kernel is to end the task and not the runner, whose steps have 500.
        ...['--oom-score-adj', '750'],
        ...['--network', plan.network.name],
        ...(plan.network.hidesMetadata ? ['--link-local-ip', METADATA_ADDRESS] : []),
        ...['--user', plan.user.option],
        ...(plan.user.groups ?? []).flatMap((group) => ['--group-add', String(group)]),
        ...(spec.platform === undefined ? [] : ['--platform', spec.platform]),
        ...(spec.gpus === undefined ? [] : ['--gpus', spec.gpus]),
        ...(spec.runtime === undefined ? [] : ['--runtime', spec.runtime]),
        ...(spec.shmSize === undefined ? [] : ['--shm-size', String(spec.shmSize)]),
        ...plan.environment.byName.flatMap((name) => ['--env', name]),
        ...(plan.environmentFile === null ? [] : ['--env-file', plan.environmentFile]),
        ...plan.mounts.flatMap((mount) => ['--mount', mountOption(mount)]),
        ...['--workdir', plan.workdir],
        ...(plan.command.entrypoint === null ? [] : ['--entrypoint', plan.command.entrypoint]),
        ...plan.options,
        plan.image,
        ...plan.command.args,
    ];
}
/** Of Docker's defaults those by which files act with more rights than their task had, once they are the runner's. */
const LASTING = ['MKNOD', 'SETFCAP'];
function hardening(spec) {
    return [
        ...['--security-opt', 'no-new-privileges'],
        ...(spec.profile === 'strict' ? ['ALL'] : LASTING).flatMap((name) => ['--cap-drop', name]),
        // A root file system that cannot be written leaves no room for temporary files but in memory.
        ...(spec.readOnly ? ['--read-only', '--tmpfs', '/tmp'] : []),
    ];
}
function limits({ cpus, memory, pids }) {
    return [
        ...['--pids-limit', String(pids)],
        ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
        // Swap counts: a limit that can be passed by swapping is none.
        ...(memory === undefined ? [] : ['--memory', String(memory), '--memory-swap', String(memory)]),
    ];
}

;// CONCATENATED MODULE: ./build/container/lifecycle.js









/** The engine does not see a file that was to be mounted: it is on another machine, or in another container. */
class UnseenMountError extends Error {
    name = 'UnseenMountError';
}
/**
 * Creates the container and gives its id. What an earlier try of the same task left under its name is removed
 * before (CTN-3); a namesake whose owner lives is not touched (CTN-12).
 * @throws TaskError ACODE-CTN-001, -003, -005
 * @throws UnseenMountError
 */
async function createContainer(docker, plan) {
    const env = { ...process.env, ...plan.environment.cliEnvironment };
    for (let tries = 1;; tries++) {
        try {
            return await docker.call(createArguments(plan), { env });
        }
        catch (error) {
            if (!(error instanceof EngineError) || error.kind !== 'failed')
                throw error;
            if (lifecycle_UNSEEN.test(error.message))
                throw new UnseenMountError(error.message);
            if (!/already in use/i.test(error.message) || tries === MOST_TRIES)
                throw createError(plan, error);
            await removeEarlierTry(docker, plan.name);
        }
    }
}
/** Not allowed in is an engine that runs as another user: a rootless one, or root where the files are a server's. */
const lifecycle_UNSEEN = /bind source path does not exist|mounts denied|statfs .*no such file|type "bind": stat .*permission denied/i;
/** Of two that find the same dead namesake one is second, and then meets the first one's container. */
const MOST_TRIES = 3;
function createError(plan, error) {
    const what = `The container ${plan.name} could not be created from ${plan.image}`;
    const why = isDiskFull(error)
        ? `the engine’s disk is full: ${(0,errors/* sentence */.em)(error.message)} Free space there, for instance with: docker system prune`
        : `${(0,errors/* sentence */.em)(error.message)} Correct the option that the engine names; a re-run with debug logging shows the whole command.`;
    return new errors/* TaskError */.Ik('ACODE-CTN-003', `${what}: ${why}`, { cause: error });
}
/** Removes a dead namesake. One that is gone meanwhile is fine. */
async function removeEarlierTry(docker, name) {
    const found = await findManaged(docker, name);
    const isOurs = found !== null && (await findDoubts(docker, [found])).size === 0;
    if (!isOurs && (await docker.find(['container', 'inspect', '--format', '{{.Id}}', name])) === null)
        return;
    const { claim, verdict } = isOurs ? await judgeNow(docker, found) : NONE_OF_OURS;
    if (claim !== null && verdict.kind === 'orphan') {
        // With its volumes, and helpers that read them: nobody else removes what this name's container has.
        if (claim.owner)
            await removeOwned(docker, claim.owner);
        await removeContainer(docker, claim.id, name);
        return;
    }
    const why = verdict.kind === 'unproven'
        ? `it cannot be proven dead: ${verdict.reason}`
        : `its owner, process ${claim?.owner?.pid}, is alive`;
    throw new errors/* TaskError */.Ik('ACODE-CTN-001', `The container ${name} already exists and ${why}. Two tasks of one session need different task-ids; ` +
        `if nothing of it is still wanted, remove it with: docker rm --force --volumes ${name}`);
}
const NONE_OF_OURS = {
    claim: null,
    verdict: { kind: 'unproven', reason: 'it is none of this action’s, or has its labels from its image' },
};
async function judgeNow(docker, found) {
    const { claims, witness } = await gatherEvidence(docker, [found], witnessNow());
    const [claim = found] = claims;
    return { claim, verdict: judge(claim, witness) };
}
/** The runner sends SIGTERM 7.5 s after SIGINT: a cancelled task gets less than that to end by itself. */
const CANCEL_GRACE_SECONDS = 4;
/** No stop takes longer after the cancel, also one that the task's own time limit began. */
const CANCEL_STOP_MS = 4_500;
/** How long the client may stay attached after the container was stopped. */
const DETACH_MS = { timeout: 5_000, cancel: 1_500 };
/** What ends a client that is attached yet when everything that ends it by the task's time limit has failed. */
const attachedLimitMs = ({ timeoutSeconds, graceSeconds }) => (timeoutSeconds + graceSeconds) * 1000 + BOUNDS.query + BOUNDS.change;
/** Starts the container, passes its output on until it ends, and ends it on timeout or cancel (RUN-10). */
async function runContainer(docker, request) {
    const { container, cancel, force, graceSeconds } = request;
    if (cancel.aborted)
        return { endedBy: 'cancel', output: { bytes: 0, endsWithNewline: true, fileError: null } };
    const attached = docker.startAttached(container, attachedLimitMs(request));
    const closed = attached.ending;
    let endedBy = 'exit';
    let stopping;
    const hurry = AbortSignal.any([force, (0,host_signals/* soonAfter */.QD)(cancel, CANCEL_STOP_MS)]);
    const stop = (why, grace) => {
        if (stopping)
            return;
        endedBy = why;
        stopping = stopContainer(docker, container, grace, hurry).then(() => detach(docker, container, attached, closed, DETACH_MS[cancel.aborted ? 'cancel' : why]));
    };
    const timer = setTimeout(() => stop('timeout', graceSeconds), request.timeoutSeconds * 1000);
    const onCancel = () => stop('cancel', Math.min(graceSeconds, CANCEL_GRACE_SECONDS));
    cancel.addEventListener('abort', onCancel, { once: true });
    try {
        const output = await passOutput(attached.stdout, request.sinks);
        await closed;
        await stopping;
        return { endedBy, output };
    }
    finally {
        clearTimeout(timer);
        cancel.removeEventListener('abort', onCancel);
    }
}
/** SIGTERM, then SIGKILL after the grace; at once where `force` says so. What cannot be stopped is removed later. */
async function stopContainer(docker, container, graceSeconds, force) {
    const seconds = Math.ceil(graceSeconds);
    try {
        const args = ['stop', '-t', String(seconds), container];
        await docker.call(args, { timeoutMs: BOUNDS.query, graceMs: seconds * 1000, signal: force });
    }
    catch (error) {
        if (!(error instanceof EngineError))
            throw error;
        await tryKill(docker, container);
    }
}
/** Kills at once. What cannot be killed is told by the removal that follows, which kills too. */
async function tryKill(docker, container) {
    try {
        await docker.call(['kill', container], { timeoutMs: BOUNDS.query });
    }
    catch (error) {
        if (!(error instanceof EngineError))
            throw error;
    }
}
/** How long apart a container is killed whose client is still attached. */
const KILL_PAUSE_MS = 250;
/**
 * Waits for the attached client to end. A container that was only just starting is not stopped by a stop: it is
 * killed for as long as the client stays. A client that stays all the same is cut off.
 */
async function detach(docker, container, attached, closed, patienceMs) {
    const giveUp = performance.now() + patienceMs;
    while (attached.isRunning() && performance.now() < giveUp) {
        await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, KILL_PAUSE_MS))]);
        if (attached.isRunning())
            await tryKill(docker, container);
    }
    attached.kill('SIGKILL');
}
const stateSchema = schemas/* object */.Ikc({
    Image: schemas/* string */.YjP(),
    State: schemas/* object */.Ikc({
        Status: schemas/* string */.YjP(),
        ExitCode: schemas/* number */.aig(),
        OOMKilled: schemas/* boolean */.zMY(),
        Error: schemas/* string */.YjP().optional(),
        StartedAt: schemas/* string */.YjP(),
        FinishedAt: schemas/* string */.YjP(),
        Health: schemas/* object */.Ikc({ Status: schemas/* string */.YjP() }).nullish(),
    }),
});
/**
 * What the engine says of a container whose run is over. Whether it ever started tells an engine's failure
 * from a command that exits 125, 126 or 127.
 * @throws TaskError ACODE-CTN-003 where it never started or somebody else removed it, ACODE-CTN-005 where it still runs
 * without us
 */
async function inspectEnded(docker, container, name) {
    const json = await docker.find(['container', 'inspect', '--format', '{{json .}}', container]);
    const found = json === null ? null : stateSchema.parse(JSON.parse(json));
    // Whoever removes a container ends it first: it may be seen in between.
    if (found === null || /^(removing|dead)$/.test(found.State.Status))
        throw removedByOthers(name);
    const { State: state, Image: imageId } = found;
    if (state.StartedAt.startsWith('0001-'))
        throw new errors/* TaskError */.Ik('ACODE-CTN-003', `The container ${name} could not be started: ${state.Error?.trim() || 'see the log above'}. Correct what the engine names (command, mount, limit or runtime).`);
    if (state.Status === 'running')
        throw new errors/* TaskError */.Ik('ACODE-CTN-005', `The connection to the engine was lost while ${name} ran; the container is removed. Look at the engine's log on this machine.`);
    return {
        exitCode: state.ExitCode,
        oomKilled: state.OOMKilled,
        startedAt: new Date(state.StartedAt),
        finishedAt: new Date(state.FinishedAt),
        health: state.Health?.Status ?? null,
        imageId,
    };
}
const AFTER_REMOVAL = 'Look for a cleanup (docker rm, docker system prune, another runner of the same engine) at that time, and run the task again.';
const removedByOthers = (name) => new errors/* TaskError */.Ik('ACODE-CTN-003', `The container ${name} was removed by somebody else before its task had ended; this job did not remove it. ${AFTER_REMOVAL}`);
/**
 * What an engine's failure means to the user.
 * @returns a TaskError for an EngineError, anything else as it is
 */
async function explainEngineError(docker, error) {
    if (!(error instanceof EngineError))
        return error;
    if (/no such container(?!:path)/i.test(error.message))
        return new errors/* TaskError */.Ik('ACODE-CTN-003', `${error.message}: somebody else removed this task’s container. ${AFTER_REMOVAL}`, { cause: error });
    const gone = await noEngine(docker, error);
    if (gone === null)
        return new errors/* TaskError */.Ik('ACODE-CTN-003', `The engine failed: ${error.message} (docker ${error.args.slice(0, 2).join(' ')} …).`, { cause: error });
    return gone;
}
/** That no engine answers, where that is so: the cause of whatever else failed. */
async function noEngine(docker, error) {
    const isMissing = error instanceof EngineError && error.kind === 'missing';
    const why = isMissing ? error.message : await docker.whyNot();
    if (why === null)
        return null;
    const advice = isMissing ? INSTALL : /permission denied/i.test(why) ? LET_IN : START_ONE;
    return new errors/* TaskError */.Ik('ACODE-CTN-005', `No container engine answers: ${(0,errors/* sentence */.em)(why)} ${advice}`, {
        cause: error,
    });
}
const INSTALL = 'Install Docker on this runner, or use a runner that has it.';
const START_ONE = 'Start Docker on this runner, or point DOCKER_HOST to an engine.';
const LET_IN = 'Let the runner’s user use the engine: add it to the group that its socket belongs to (mostly docker) and start the runner again, or point DOCKER_HOST to an engine of its own.';

// EXTERNAL MODULE: ./build/host/take-apart.js
var take_apart = __webpack_require__(6103);
// EXTERNAL MODULE: ./build/host/read-file.js
var read_file = __webpack_require__(5566);
;// CONCATENATED MODULE: ./build/host/untrusted.js





/**
 * The first bytes of a regular file that a task may have replaced by anything: links are not followed and
 * pipes not waited for. Null where there is no such file.
 */
async function readUntrusted(path, maxBytes) {
    const file = await openUntrusted(path);
    if (!file)
        return null;
    try {
        return await (0,read_file/* firstBytes */.mI)(file, maxBytes);
    }
    finally {
        await file.close();
    }
}
/** Copies one regular file, without its holes; false where it is none. */
async function copyFileUntrusted(from, to) {
    const source = await openUntrusted(from);
    if (!source)
        return false;
    try {
        await writeSparse(to, source.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }));
        return true;
    }
    finally {
        await source.close();
    }
}
/** Moves one regular file to where no task writes; false where it is none, and nothing is moved. */
async function moveFileUntrusted(from, to) {
    if (!(await (0,external_node_fs_promises_.lstat)(from)).isFile())
        return false;
    try {
        await (0,external_node_fs_promises_.rename)(from, to);
    }
    catch (error) {
        if ((0,open_folder/* isErrno */.r)(error, 'EXDEV'))
            return copyFileUntrusted(from, to);
        throw error;
    }
    await (0,external_node_fs_promises_.chmod)(to, 0o644);
    return true;
}
async function openUntrusted(path) {
    if (!(await (0,external_node_fs_promises_.lstat)(path).catch(() => null))?.isFile())
        return null;
    await makeReadable(path);
    return (0,read_file/* openRegular */.lf)(path);
}
/** A task may take away its own read permission (`chmod 0` is a way to hide): we own the file, so give it back. */
async function makeReadable(path) {
    const file = await (0,external_node_fs_promises_.open)(path, external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_NONBLOCK).catch(() => null);
    if (file)
        return file.close();
    const { mode } = await (0,external_node_fs_promises_.lstat)(path);
    if ((mode & external_node_fs_.constants.S_IFMT) !== external_node_fs_.constants.S_IFLNK)
        await (0,external_node_fs_promises_.chmod)(path, mode | 0o500);
}

;// CONCATENATED MODULE: ./build/workspace/left-tree.js


/** The system's bound for links that lead to links. */
const MOST_LINKS = 40;
/**
 * The tree that a task left: its changes over the workspace on the runner; without changes the workspace alone.
 * Paths are bytes, one a character (latin1), relative to the workspace, and no folder in them is a link, but for
 * those that {@link LeftTree.follow} takes.
 */
class LeftTree {
    workspace;
    #changes;
    #special;
    /** The names that changes put into folders; '' is the workspace. */
    #added = new Map();
    static async of(workspace, changes) {
        return new LeftTree(await (0,external_node_fs_promises_.realpath)(workspace), changes);
    }
    constructor(workspace, changes) {
        this.workspace = workspace;
        this.#changes = changes;
        this.#special = new Set(changes?.special);
        for (const path of [...(changes?.written.keys() ?? []), ...this.#special])
            this.#add(path);
    }
    #add(path) {
        const { folder, name } = split(path);
        const names = this.#added.get(folder);
        this.#added.set(folder, (names ?? new Set()).add(name));
        if (names === undefined && folder !== '')
            this.#add(folder);
    }
    /** What is at a path; null where nothing is. */
    async entry(path) {
        const changed = this.#changed(path);
        if (changed !== undefined)
            return changed;
        const found = await statInside(this.workspace, path);
        return found && entryOf(found);
    }
    /** What is in a folder, by name. */
    async entries(folder) {
        const found = new Map();
        const add = (name, there) => {
            const changed = this.#changed(left_tree_join(folder, name));
            const entry = changed === undefined ? there : changed;
            if (entry)
                found.set(name, entry);
        };
        if ((await statInside(this.workspace, folder))?.isDirectory()) {
            const options = { encoding: 'buffer', withFileTypes: true };
            for (const one of await (0,external_node_fs_promises_.readdir)(systemPath(this.workspace, folder), options))
                add(one.name.toString('latin1'), entryOf(one));
        }
        for (const name of this.#added.get(folder) ?? [])
            add(name, null);
        return found;
    }
    /** What changes say of a path; undefined where they say nothing. */
    #changed(path) {
        const state = this.#changes?.written.get(path);
        if (state)
            return state.mode === '120000' ? { kind: 'link' } : { kind: 'file', state };
        if (this.#changes?.replaced?.has(path))
            return null;
        if (this.#special.has(path))
            return { kind: 'special' };
        if (path === '' || this.#added.has(path))
            return { kind: 'folder' };
        return this.#changes?.deleted.has(path) ? null : undefined;
    }
    /** The path that a link stands for, free of links; null where it leads nowhere, or out of the tree. */
    async follow(link, links = MOST_LINKS) {
        if (links === 0)
            return null;
        const target = await this.#target(link);
        const root = Buffer.from(`${this.workspace}/`).toString('latin1');
        const isAbsolute = target.startsWith('/');
        if (isAbsolute && !`${target}/`.startsWith(root))
            return null;
        let at = isAbsolute ? '' : split(link).folder;
        for (const name of (isAbsolute ? target.slice(root.length) : target).split('/')) {
            at = await this.#step(at, name, links - 1);
            if (at === null)
                return null;
        }
        return at;
    }
    async #step(folder, name, links) {
        if (name === '' || name === '.')
            return folder;
        if (name === '..')
            return folder === '' ? null : split(folder).folder;
        const path = left_tree_join(folder, name);
        const entry = await this.entry(path);
        return entry?.kind === 'link' ? this.follow(path, links) : entry && path;
    }
    async #target(link) {
        const content = this.#changes?.written.get(link)?.content;
        const bytes = content && 'bytes' in content
            ? content.bytes
            : await (0,external_node_fs_promises_.readlink)(systemPath(this.workspace, link), { encoding: 'buffer' });
        return bytes.toString('latin1');
    }
}
function entryOf(found) {
    if (found.isDirectory())
        return { kind: 'folder' };
    if (found.isFile())
        return { kind: 'file', state: null };
    return { kind: found.isSymbolicLink() ? 'link' : 'special' };
}
/** A path below a folder, which may be the workspace itself (''). */
const left_tree_join = (folder, name) => (folder === '' ? name : `${folder}/${name}`);
function split(path) {
    const slash = path.lastIndexOf('/');
    return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
}

;// CONCATENATED MODULE: ./build/record/find-files.js




/**
 * What is no folder and matches one of the globs below the workspace. As in a shell, a folder that a pattern names
 * may be a link, if what it leads to is in the workspace too; `**` follows none; and neither it nor `*` matches a
 * name that begins with a dot. Folders that are too deep are left out.
 * @param matched is filled with the globs that match something
 * @throws OverBudgetError when there is no time left
 */
async function* findFiles(tree, globs, budget, matched = new Set()) {
    const found = new Set();
    for (const [glob, given] of globs.flatMap((one) => alternatives(one).map((way) => [way, one]))) {
        const way = external_node_path_.posix.relative(tree.workspace, external_node_path_.posix.resolve(tree.workspace, glob)).split('/');
        if (way[0] === '..')
            continue;
        for await (const one of below(tree, { name: '', path: '' }, way, budget)) {
            matched.add(given);
            if (!found.has(one.name))
                yield one;
            found.add(one.name);
        }
    }
}
/** What makes a part of a glob more than a name. */
const MAGIC = /[*?[\]{}()!@+\\]/;
async function* below(tree, folder, way, budget) {
    budget.requireTime();
    const [pattern = '', ...rest] = way;
    const isAnyDepth = pattern === '**';
    if (isAnyDepth && rest.length > 0)
        yield* below(tree, folder, rest, budget);
    const found = await matching(tree, folder.path, pattern).catch(unlessClosed);
    if (found === null)
        return yield { ...folder, entry: { kind: 'special' } };
    for (const [own, entry] of found) {
        const one = { name: left_tree_join(folder.name, own), path: left_tree_join(folder.path, own), entry };
        if (entry.kind === 'folder') {
            if (budget.enters(one.path))
                yield* below(tree, one, isAnyDepth ? way : rest, budget);
        }
        else if (rest.length === 0)
            yield one;
        else if (entry.kind === 'link' && !isAnyDepth) {
            const path = await tree.follow(one.path);
            const there = path === null ? null : await tree.entry(path);
            if (path !== null && there?.kind === 'folder')
                yield* below(tree, { name: one.name, path }, rest, budget);
            else if (there === null && !MAGIC.test(pattern))
                yield one;
        }
    }
}
/** What of a folder one part of a glob matches. */
async function matching(tree, folder, pattern) {
    if (MAGIC.test(pattern)) {
        const matches = nameGlob(pattern, { groups: true, hidesDots: true });
        return [...(await tree.entries(folder))].filter(([name]) => matches(Buffer.from(name, 'latin1').toString()));
    }
    const name = Buffer.from(pattern).toString('latin1');
    const entry = name === '' ? null : await tree.entry(left_tree_join(folder, name));
    return entry ? [[name, entry]] : [];
}
/** A folder that lets nobody in is one that the task made so. */
function unlessClosed(error) {
    if ((0,open_folder/* isErrno */.r)(error, 'EACCES', 'ENAMETOOLONG'))
        return null;
    throw error;
}
/** What braces may stand for together. */
const MOST_ALTERNATIVES = 1000;
/** The globs that one with braces stands for: `{a/b,c}/*` is two of different depth. What are too many stay as written. */
function alternatives(glob) {
    let globs = [glob];
    for (;;) {
        const next = globs.flatMap(firstBraces);
        if (next.length > MOST_ALTERNATIVES || next.length === globs.length)
            return globs;
        globs = next;
    }
}
/** A glob with the first of its innermost braces written out. */
function firstBraces(glob) {
    const braces = /\{([^{}]*,[^{}]*)\}|\{(-?\d{1,4})\.\.(-?\d{1,4})\}/.exec(glob);
    if (!braces)
        return [glob];
    const [before, after] = [glob.slice(0, braces.index), glob.slice(braces.index + braces[0].length)];
    const inner = braces[1]?.split(',') ?? numbers(Number(braces[2]), Number(braces[3]));
    return inner.map((one) => before + one + after);
}
function numbers(from, to) {
    const direction = from <= to ? 1 : -1;
    return Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => String(from + at * direction));
}

;// CONCATENATED MODULE: ./build/record/portable-name.js

/** What a file system takes as one name, in bytes. */
const portable_name_LONGEST_NAME = 255;
/** Longer paths are shortened: with the folder above them they have to fit into what the system's calls take. */
const portable_name_LONGEST_PATH = 1_024;
/** Begins what stands for the rest of a name that is too long; no name that is not shortened holds it. */
const SHORTENED = '%~';
/**
 * The path under which a collected file travels: that of the file itself, but for what the artifact client refuses
 * (`" : < > | * ?`, line ends), backslashes, control characters, and bytes that are no UTF-8, which become `%` and
 * two hexadecimal digits. A `%` is escaped where it would read as such. Names and paths that are too long end in
 * `%~` and a digest; run.json has their own. Two paths never
 * become one. Paths are bytes, one a character (latin1); the result is text.
 */
function portablePath(path) {
    const parts = path.split('/').map((name) => shortened(escaped(name), name));
    const whole = parts.join('/');
    if (Buffer.byteLength(whole) <= portable_name_LONGEST_PATH)
        return whole;
    return `${SHORTENED}${digest(path)}/${parts.at(-1)}`;
}
function escaped(name) {
    const percent = name.replace(/%(?=[0-9A-F]{2}|~)/g, inHex);
    // A name that is text stays text: bytes above ASCII are escaped where they are none.
    const isText = Buffer.from(Buffer.from(name, 'latin1').toString()).toString('latin1') === name;
    const safe = percent.replace(/[^ -~]|["*:<>?\\|]/g, (byte) => isText && byte > '\x7f' ? byte : inHex(byte));
    return Buffer.from(safe, 'latin1').toString();
}
const inHex = (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
function shortened(portable, name) {
    if (Buffer.byteLength(portable) <= portable_name_LONGEST_NAME)
        return portable;
    const room = portable_name_LONGEST_NAME - SHORTENED.length - 32;
    let kept = '';
    for (const character of portable.match(/%[0-9A-F]{2}|./gsu) ?? []) {
        if (Buffer.byteLength(kept + character) > room)
            break;
        kept += character;
    }
    return `${kept}${SHORTENED}${digest(name)}`;
}
/** 128 bits: nobody finds two names of one digest. */
const digest = (path) => (0,external_node_crypto_.createHash)('sha256').update(path, 'latin1').digest('hex').slice(0, 32);

;// CONCATENATED MODULE: ./build/record/collect.js











/** Brings the artifacts of an ended task into the record. Nothing here trusts the task. */
async function collect_collect(request) {
    const warnings = [];
    const store = new ArtifactStore(request);
    await store.takeOwn(request);
    const found = await store.takeFound(request);
    const { names, count } = store.left;
    if (count > 0)
        warnings.push(`Left out of the artifacts, being no regular files of the task, or not to be copied: ${names.join(', ')}${count > names.length ? ` and ${count - names.length} more` : ''}`);
    if (request.globs.length > 0 && found === 0 && request.budget.exceeded.size === 0)
        warnings.push(`No file of the workspace matches artifacts: ${request.globs.join(', ')}`);
    const artifacts = [...store.artifacts.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    const unmatched = request.globs.filter((glob) => !store.matched.has(glob));
    return { artifacts, warnings, artifactBytes: store.bytes, unmatched };
}
/** The record's folder of artifacts while it is filled, as far as the budget goes. */
class ArtifactStore {
    /** By the name under which they travel. */
    artifacts = new Map();
    /** What is no file, or could not be taken: the first names, and how many. */
    left = { names: [], count: 0 };
    /** The globs that match something. */
    matched = new Set();
    bytes = 0;
    #to;
    #budget;
    #folders = new Map();
    constructor({ to, budget }) {
        this.#to = to;
        this.#budget = budget;
    }
    /** `$ARTIFACT_DIR`: its files are moved, which takes no time and no room, and leaves sparse ones as they are. */
    async takeOwn({ artifacts }) {
        const { path: folder, isDrawn } = await artifacts();
        const draw = (path, bytes) => isDrawn || this.#budget.take(path, bytes);
        const visitor = {
            enters: (path) => draw(path, 0),
            file: async (path, at, isFile) => {
                if (!isFile)
                    this.#leave(path);
                else if (draw(path, (await (0,external_node_fs_promises_.lstat)(at)).size))
                    await this.#keep(path, (to) => moveFileUntrusted(at, to));
            },
            failed: (path, error) => this.#fail(path, error),
        };
        await (0,take_apart/* takeApart */.Y)(folder, visitor, this.#budget.signal).catch((error) => this.#end(error));
    }
    /**
     * The files that match, as the task left them. What is no file of the workspace is left out and named.
     * @returns how many files match
     */
    async takeFound({ workspace, changes, globs }) {
        let count = 0;
        if (globs.length === 0)
            return count;
        const tree = await LeftTree.of(workspace, changes);
        try {
            for await (const { name, path, entry } of findFiles(tree, globs, this.#budget, this.matched)) {
                // A checkout's git folder may hold its credentials, which no artifact may.
                if (inGitFolder(name) || inGitFolder(path))
                    continue;
                if (entry.kind !== 'file')
                    this.#leave(name);
                else if (await this.#copy(name, entry.state, systemPath(tree.workspace, path)))
                    count++;
            }
        }
        catch (error) {
            this.#end(error);
        }
        return count;
    }
    /** Copies what the task wrote, or else what is in the workspace. */
    #copy(name, state, from) {
        return this.#keep(name, async (to) => {
            const size = state === null ? (await (0,external_node_fs_promises_.lstat)(from)).size : await sizeOf(state);
            if (!this.#budget.take(name, size))
                return null;
            if (state === null)
                return copyFileUntrusted(from, to);
            await writeSparse(to, chunksOf(state));
            return true;
        });
    }
    /** Takes a file; what brings it says false where it is none, and null where it has no room. */
    async #keep(path, bring) {
        const file = portablePath(path);
        const to = (0,external_node_path_.join)(this.#to, file);
        try {
            await this.#make((0,external_node_path_.dirname)(to));
            const isThere = await bring(to);
            if (isThere) {
                this.artifacts.set(file, { name: textOf(path), file });
                this.bytes += (await (0,external_node_fs_promises_.lstat)(to)).size;
            }
            if (isThere === false)
                this.#leave(path);
            return isThere === true;
        }
        catch (error) {
            this.#fail(path, error);
            return false;
        }
    }
    #make(folder) {
        const made = this.#folders.get(folder) ?? (0,external_node_fs_promises_.mkdir)(folder, { recursive: true });
        this.#folders.set(folder, made);
        return made;
    }
    /** Time that is up ends what is under way, and costs what was not reached. */
    #end(error) {
        if (!(error instanceof OverBudgetError))
            throw error;
        this.#budget.exceeded.add(error.limit);
    }
    #leave(path, why = '') {
        this.#budget.leaveOut(path);
        this.left.count++;
        if (this.left.names.length < collect_NAMED)
            this.left.names.push(`${textOf(path)}${why}`);
    }
    #fail(path, error) {
        this.#leave(path, ` (${(0,errors/* messageOf */.bD)(error)})`);
    }
}
/** How many of the files that are left out a warning names. */
const collect_NAMED = 10;
const textOf = (path) => Buffer.from(path, 'latin1').toString();

;// CONCATENATED MODULE: ./build/record/leaks.js


/** Reading more than this would cost a task seconds. */
const leaks_MOST_BYTES = 1024 ** 3;
/** How many of the files that hold secrets a warning names. */
const leaks_NAMED = 10;
/**
 * A warning that names what of a record holds the task's secrets: its changes, and its artifacts, by name or content.
 * What a task wrote to be kept is kept as it is; that somebody may read a secret there has to be said.
 * @returns null where nothing does
 */
async function leakWarning(artifacts, { redaction, paths }, signal) {
    if (redaction.isEmpty)
        return null;
    const changes = ['changes.patch', 'changes.tar', 'deleted.list', 'commits.bundle'];
    const files = [
        ...changes.map((name) => (0,external_node_path_.join)(paths.base, name)),
        ...artifacts.map(({ file }) => (0,external_node_path_.join)(paths.artifacts, file)),
    ];
    const held = await filesWithSecrets(files, redaction, signal);
    const named = artifacts.filter((one) => redaction.text(one.name) !== one.name);
    const found = [
        ...held.map((path) => (0,external_node_path_.relative)(paths.base, path)),
        ...named.map(({ file }) => `the name of artifacts/${file}`),
    ];
    if (found.length === 0)
        return null;
    const others = found.length > leaks_NAMED ? ` and ${found.length - leaks_NAMED} more` : '';
    return `Secrets of the task are in what it left, and go into the record as they are: ${found.slice(0, leaks_NAMED).join(', ')}${others}. Whoever may read the artifact can read them: replace them, and let the task not write them.`;
}
/**
 * Those of the files that hold a secret in any form that is not packed, as far as there is time and `mostBytes` of
 * all of them together.
 */
async function filesWithSecrets(paths, redaction, signal, mostBytes = leaks_MOST_BYTES) {
    const found = [];
    let left = mostBytes;
    for (const path of paths) {
        if (left <= 0 || signal.aborted)
            break;
        const { isFound, bytes } = await search(path, redaction, left);
        left -= bytes;
        if (isFound)
            found.push(path);
    }
    return found;
}
/** Reads a file up to its first secret. */
async function search(path, redaction, mostBytes) {
    const redactor = redaction.stream();
    let bytes = 0;
    try {
        for await (const chunk of (0,external_node_fs_.createReadStream)(path, { end: mostBytes - 1 })) {
            bytes += chunk.length;
            redactor.push(chunk);
            if (redactor.found)
                break;
        }
    }
    catch {
        // What cannot be read cannot be uploaded either, and that is reported by whoever tries.
    }
    redactor.end();
    return { isFound: redactor.found, bytes };
}

;// CONCATENATED MODULE: ./build/record/written.js

/** More than 1 MiB of UTF-16, which GitHub takes of outputs, can be in UTF-8; and a summary of 1 MiB a step. */
const written_LONGEST_OUTPUT = 1536 * 1024;
const LONGEST_SUMMARY = 4 * 1024 * 1024;
/** Reads both files; `read` gives the first bytes of one of the control folder, null where it is no file. */
async function readWritten(read) {
    const [output, summary] = await Promise.all([
        read('output', written_LONGEST_OUTPUT + 1),
        read('summary', LONGEST_SUMMARY),
    ]);
    const warnings = [];
    const outputs = parseOutputs(output, warnings);
    return { outputs, summary: summary?.toString('utf8') ?? '', warnings };
}
function parseOutputs(text, warnings) {
    if (text === null)
        return NO_OUTPUTS;
    if (text.length > written_LONGEST_OUTPUT) {
        warnings.push('The task wrote more than 1 MiB to $GITHUB_OUTPUT; none of it is passed on. Use a file in $ARTIFACT_DIR.');
        return NO_OUTPUTS;
    }
    const outputs = readTaskOutputs(text.toString('utf8'));
    if (outputs.problems.length > 0)
        warnings.push(['Not all outputs of the task are passed on as it wrote them:', ...outputs.problems].join('\n  - '));
    return outputs;
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
function ownFolder(env, workspace, make) {
    for (const parent of parentsOf(env, workspace))
        for (let n = 0; n < MOST_OTHERS; n++) {
            const folder = (0,external_node_path_.join)(parent, `_acode-${process.getuid?.() ?? 0}${n === 0 ? '' : `-${n}`}`);
            if (make)
                tryMake(folder);
            const found = (0,external_node_fs_.lstatSync)(folder, { throwIfNoEntry: false });
            if (found === undefined)
                break;
            if (own_folder_isOwn(found))
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
    return parents.filter((parent) => !(0,host_files/* isWithin */.UO)(own_folder_real(parent), own_folder_real(workspace)));
}
function own_folder_real(path) {
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
const own_folder_isOwn = (found) => found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o077) === 0;

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
    const own = real === null ? null : ownFolder(env, real, make);
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
    if ((0,external_node_fs_.lstatSync)((0,external_node_path_.join)(workspace, path), { throwIfNoEntry: false }) === undefined)
        return true;
    const own = ownFolder(env, workspace, false);
    return own !== null && (0,external_node_fs_.existsSync)((0,external_node_path_.join)(journalsIn(own), id));
}
/** Takes the lock; null where somebody has it. To take it and to say whose it is are one act. */
async function takeLock(place, { self }) {
    const lock = { ...self, workspace: place.workspace, id: (0,external_node_crypto_.randomBytes)(12).toString('hex') };
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
    await (0,external_node_fs_promises_.mkdir)(folder, { mode: 0o700 });
    const path = workspace.entry(stagingName(lock));
    await (0,external_node_fs_promises_.mkdir)(path, { mode: 0o700 });
    const staging = await HeldFolder.open(path);
    await writeSafely(folder, STAGING_IDENTITY, await staging.identity());
    return staging;
}
/** The staging folder that an apply made; null where it is gone, and whatever else is at its path is not ours. */
async function openStaging(place, lock, workspace) {
    const made = await (0,external_node_fs_promises_.readFile)((0,external_node_path_.join)(journalFolder(place, lock), STAGING_IDENTITY), 'utf8').catch(() => null);
    const staging = await HeldFolder.open(workspace.entry(stagingName(lock))).catch(() => null);
    if (staging !== null && (await staging.identity()) === made)
        return staging;
    await staging?.close();
    return null;
}
/** Writes a file so that it is there whole or not at all, after a loss of power too. */
async function writeSafely(folder, name, text) {
    const part = (0,external_node_path_.join)(folder, `${name}.part`);
    await (0,external_node_fs_promises_.writeFile)(part, text);
    await (0,host_files/* syncToDisk */.UY)(part);
    await (0,external_node_fs_promises_.rename)(part, (0,external_node_path_.join)(folder, name));
    await (0,host_files/* syncToDisk */.UY)(folder);
}
/** Writes down what is about to be done. */
const writeJournal = (folder, steps) => writeSafely(folder, JOURNAL, JSON.stringify(steps));
/** The point from which on an apply is completed, and before which it is taken back. */
async function commitJournal(folder) {
    await (0,external_node_fs_promises_.rename)((0,external_node_path_.join)(folder, JOURNAL), (0,external_node_path_.join)(folder, COMMITTED));
    await (0,host_files/* syncToDisk */.UY)(folder);
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
        await (0,host_files/* removeFolder */.v$)((0,external_node_path_.join)(folder, name));
    await staging?.empty();
    await workspace.removeIfEmpty(stagingName(lock));
    await (0,host_files/* removeFolder */.v$)(folder);
    if ((await readLock(place))?.id === lock.id)
        await (0,host_files/* removeFolder */.v$)(lockPath(place));
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
        await (0,external_node_fs_promises_.rename)(target, staging.entry(aside('old', n)));
    if (step.kind !== 'delete')
        await (0,external_node_fs_promises_.rename)(staging.entry(aside('new', n)), target);
});
async function holdsOnlyFolders(folder) {
    for (const entry of await (0,external_node_fs_promises_.readdir)(folder, { encoding: 'buffer', withFileTypes: true }))
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
    const workspace = await HeldFolder.open(place.workspace);
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
        throw notTakenBack(place, lock, (0,errors/* messageOf */.bD)(error), error);
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
                await (0,host_files/* removeFolder */.v$)(claim);
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
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `A task’s changes were applied to ${place.workspace} in part and cannot be taken back: ${why}. What was there before is in ${staging} (old-N is that of the Nth step, counted from 0, in ${(0,external_node_path_.join)(folder, 'journal.json')}). Put back what you need, then remove ${staging}, ${folder} and ${lockPath(place)}.`, { cause });
}

;// CONCATENATED MODULE: ./build/workspace/apply-stage.js




/**
 * Plans an apply, and writes what is new into its folder: deletions first, so that files give way to folders and
 * folders to files. Nothing of the workspace is touched. A repository's hooks and configuration are the runner's
 * alone.
 */
async function stage(workspace, staging, changes) {
    const steps = [];
    const files = [];
    const gone = new Set();
    const made = new Set();
    for (const path of changes.deleted) {
        if (inGitFolder(path) || (await statInside(workspace, path)) === null)
            continue;
        steps.push({ path, kind: 'delete' });
        gone.add(path);
    }
    for (const [path, state] of changes.written) {
        if (inGitFolder(path))
            continue;
        for (const folder of foldersAbove(path)) {
            const there = gone.has(folder) ? null : await statInside(workspace, folder);
            if (made.has(folder) || there?.isDirectory())
                continue;
            if (there)
                throw new Error(`${folder} is no folder there`);
            await (0,external_node_fs_promises_.mkdir)(staging.entry(aside('new', steps.length)));
            steps.push(await staged(staging, steps.length, folder, 'folder'));
            made.add(folder);
        }
        const old = await statInside(workspace, path);
        const file = staging.entry(aside('new', steps.length));
        await writeState(file, state, old?.isFile() ? old.mode & 0o777 : null);
        if (state.mode !== '120000')
            files.push(file);
        steps.push(await staged(staging, steps.length, path, 'file'));
    }
    await (0,host_files/* syncAllToDisk */.V8)(files);
    return steps;
}
async function staged(staging, n, path, kind) {
    const identity = await identityOf(staging, aside('new', n));
    if (identity === null)
        throw new Error(`what was written aside for ${path} is gone`);
    return { path, kind, identity };
}
/** Writes a file or link in the state that it shall have; of the mode it had, only the exec bits may change. */
async function writeState(path, state, oldMode) {
    if (state.mode === '120000' && 'bytes' in state.content)
        return (0,external_node_fs_promises_.symlink)(state.content.bytes, path);
    const file = await (0,external_node_fs_promises_.open)(path, 'wx');
    try {
        await file.writeFile(chunksOf(state));
        const mode = oldMode ?? (await file.stat()).mode & 0o777;
        if (state.mode === '100755')
            await file.chmod(mode | ((mode & 0o444) >> 2) | 0o100);
        else
            await file.chmod(mode & ~0o111);
    }
    finally {
        await file.close();
    }
}

;// CONCATENATED MODULE: ./build/host/git.js

/** Git could not do what it was asked to. */
class GitError extends Error {
    name = 'GitError';
}
/** There is no git on this machine. */
class GitMissingError extends GitError {
    constructor() {
        super('git is not on PATH');
    }
}
const git_LIMIT_MS = 10 * 60_000;
const MEMORY_BYTES = 2 * 1024 ** 3;
/**
 * What every call sets. None of it should matter, for git reads no configuration but ours: this is the second wall.
 * The order is that of the command line, where the last one counts.
 */
const SETTINGS = [
    // A folder that only looks like a repository is none: it has to be named.
    'safe.bareRepository=explicit',
    // Programs: hooks, monitors, transports, what asks for or keeps passwords, what reads the output.
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.sshCommand=ssh',
    'core.askPass=',
    'core.pager=cat',
    'core.alternateRefsCommand=true',
    'credential.helper=',
    // Nothing is fetched from anywhere, but for what a call allows.
    'protocol.allow=never',
    'protocol.ext.allow=never',
    'submodule.recurse=false',
    'fetch.recurseSubmodules=false',
    // The user's own rules, which git finds without any configuration.
    'core.attributesFile=/dev/null',
    'core.excludesFile=/dev/null',
    // A fetch may otherwise start a clean-up of the repository that outlives it, with a lock that comes and goes.
    'gc.auto=0',
    'maintenance.auto=false',
    // Repositories of ours are filled with references that are files; the default of git 3 is another.
    'init.defaultRefFormat=files',
];
/** Nothing of the user's or the machine's configuration changes what git does here, and nothing asks or locks. */
const ENVIRONMENT = {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
};
/** What git is not given: its own variables, what asks for passwords, and what the runner hands to an action. */
const WITHHELD = /^(GIT_|SSH_ASKPASS|INPUT_|STATE_|ACTIONS_)/;
/** The environment in which git runs. */
function gitEnvironment() {
    const kept = Object.entries(process.env).filter(([name]) => !WITHHELD.test(name));
    return { ...Object.fromEntries(kept), ...ENVIRONMENT };
}
/**
 * Runs git on a repository, or on none where it is null, and gives its standard output. Git looks for no repository
 * by itself.
 * @throws GitError
 */
async function git(repository, args, options = {}) {
    const { answers = [0], timeoutMs = git_LIMIT_MS, memoryBytes = MEMORY_BYTES, input, encoding, signal } = options;
    const finished = await run('git', [...settingsFor(options), ...placeOf(repository), ...args], {
        input,
        encoding,
        signal,
        timeoutMs,
        memoryBytes,
        withChildren: true,
        cwd: repository?.workTree ?? '/',
        env: gitEnvironment(),
    });
    // The shell that sets the limit of memory says so with 127; git itself has no such code.
    if (finished.code === 127 && finished.ended === 'by-itself')
        throw new GitMissingError();
    if (finished.ended === 'timeout')
        throw new GitError(`git ${args[0]} did not end within ${timeoutMs / 1000} s`);
    if (finished.ended === 'aborted')
        throw new GitError(`git ${args[0]} was given up`);
    if (finished.ended === 'too-long')
        throw new GitError(`git ${args[0]} printed more than is taken of it`);
    if (finished.code === null || !answers.includes(finished.code))
        throw new GitError(`git ${args.join(' ')}: ${finished.stderr.trim() || `ended with ${finished.code}`}`);
    return finished.stdout;
}
function settingsFor({ settings = [], transports = [] }) {
    const allowed = transports.map((name) => `protocol.${name}.allow=always`);
    return [...SETTINGS, ...allowed, ...settings].flatMap((setting) => ['-c', setting]);
}
function placeOf(repository) {
    if (repository === null)
        return ['--git-dir=/dev/null'];
    const { gitDir, workTree } = repository;
    return [`--git-dir=${gitDir}`, ...(workTree === undefined ? [] : [`--work-tree=${workTree}`])];
}

;// CONCATENATED MODULE: ./build/host/git-config.js


/**
 * The settings of a configuration file and of none that it includes, bytes as characters (latin1); none where there
 * is no such file.
 * @throws GitError where it is no file, or git cannot read it
 */
async function readConfig(path, bounds = {}) {
    const found = await (0,external_node_fs_promises_.lstat)(path).catch(() => null);
    if (found === null)
        return [];
    if (!found.isFile())
        throw new GitError(`${path} is not a file`);
    const args = ['config', '--file', path, '--no-includes', '--list', '-z'];
    return parseSettings(await git(null, args, { ...bounds, encoding: 'latin1' }));
}
/** Parses `git config --list -z`: `key\nvalue\0` for each setting. */
function parseSettings(text) {
    return text
        .split('\0')
        .filter((one) => one !== '')
        .map((one) => {
        const end = one.indexOf('\n');
        return end < 0 ? { key: one, value: null } : { key: one.slice(0, end), value: one.slice(end + 1) };
    });
}
/** Settings as the text of a configuration file. */
function formatSettings(settings) {
    return settings
        .map(({ key, value }) => `${sectionOf(key)}\n\t${nameOf(key)}${value === null ? '' : ` = ${quote(value)}`}\n`)
        .join('');
}
function sectionOf(key) {
    const parts = key.split('.');
    const subsection = parts.slice(1, -1).join('.');
    const escaped = subsection.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    return subsection === '' ? `[${parts[0]}]` : `[${parts[0]} "${escaped}"]`;
}
const nameOf = (key) => key.slice(key.lastIndexOf('.') + 1);
const quote = (value) => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;

;// CONCATENATED MODULE: ./build/host/git-folders.js




/** Files that lead to folders, and HEAD: longer ones are not those. */
const git_folders_LONGEST = 8 * 1024;
/**
 * The git folders of a checkout: `.git`, or what a file of that name leads to (linked worktrees, submodules) where
 * that leads back. A link is not followed, and neither is a file that leads to the repository of another checkout:
 * a task that had this one may have put it there. Null where there is none.
 * @throws GitError where the configuration that leads back cannot be read
 */
async function gitFoldersOf(checkout, bounds = {}) {
    const path = (0,external_node_path_.join)(checkout, '.git');
    const found = await (0,external_node_fs_promises_.lstat)(path).catch(() => null);
    if (found?.isDirectory())
        return { own: path, common: path };
    const target = await leadsTo(path, /^gitdir: (.+?)\n*$/);
    if (target === null)
        return null;
    const own = (0,external_node_path_.resolve)(checkout, target);
    if ((await smallFile((0,external_node_path_.join)(own, 'HEAD'))) === null)
        return null;
    const common = await leadsTo((0,external_node_path_.join)(own, 'commondir'), /^(.+?)\n*$/);
    const folders = { own, common: common === null ? own : (0,external_node_path_.resolve)(own, common) };
    return (await leadsBack(folders, checkout, bounds)) ? folders : null;
}
/**
 * True where a git folder names the checkout: a linked worktree's its `.git` file, a submodule's its folder. That of a
 * linked worktree is in the folder that it shares.
 */
async function leadsBack({ own, common }, checkout, bounds) {
    if (common !== own && (await realOf((0,external_node_path_.join)(own, '..', '..'))) !== (await realOf(common)))
        return false;
    const file = await leadsTo((0,external_node_path_.join)(own, 'gitdir'), /^(.+?)\n*$/);
    const settings = file === null ? await readConfig((0,external_node_path_.join)(own, 'config'), bounds) : [];
    const workTree = settings.findLast(({ key }) => key === 'core.worktree')?.value ?? null;
    const named = file === null ? workTree && (0,external_node_path_.resolve)(own, workTree) : (0,external_node_path_.dirname)((0,external_node_path_.resolve)(own, file));
    return named !== null && named !== '' && (await realOf(named)) === (await realOf(checkout));
}
const realOf = (path) => (0,external_node_fs_promises_.realpath)(path).catch(() => path);
async function leadsTo(path, form) {
    return form.exec((await smallFile(path)) ?? '')?.[1] ?? null;
}
/** The text of a file that is one, and small; null otherwise. */
async function smallFile(path) {
    return (await (0,read_file/* readSmall */.o5)(path, git_folders_LONGEST))?.toString('utf8') ?? null;
}

;// CONCATENATED MODULE: ./build/host/git-view.js









/**
 * Lets git see what is in a repository (objects, references, index, rules of what is ignored) and not what is to be
 * done with it: configuration, hooks and attributes stay outside. The view is a repository of our own that borrows
 * the other's objects and links to its references. What is fetched into it goes with it, so that the checkout stays
 * as it was.
 * @throws GitError where git cannot read the repository
 */
async function withView(folders, use, { scratch, settings = [] } = {}) {
    const gitDir = await (0,external_node_fs_promises_.mkdtemp)((0,external_node_path_.join)(scratch ?? process.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)(), 'acode-git-'));
    try {
        await fill(gitDir, folders, settings);
        return await use({
            gitDir,
            git: (args, { workTree, ...options } = {}) => git(workTree === undefined ? { gitDir } : { gitDir, workTree }, args, options),
        });
    }
    finally {
        await (0,external_node_fs_promises_.rm)(gitDir, { recursive: true, force: true });
    }
}
async function fill(view, { own, common }, settings) {
    const head = await smallFile((0,external_node_path_.join)(own, 'HEAD'));
    if (head === null || !HEAD.test(head))
        throw new GitError(`${own} is not a git repository: it has no HEAD`);
    for (const name of ['objects', 'refs'])
        if (!(await isKind((0,external_node_path_.join)(common, name), 'folder')))
            throw new GitError(`${common} is not a git repository: it has no folder ${name}`);
    await requireNoLinks((0,external_node_path_.join)(common, 'refs'));
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.join)(view, 'objects', 'info'), { recursive: true });
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.join)(view, 'info'));
    await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(view, 'objects', 'info', 'alternates'), `${(0,external_node_path_.join)(common, 'objects')}\n`);
    await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(view, 'HEAD'), head);
    const text = formatSettings([...(await formatSettingsOf(common)), ...settings]);
    await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(view, 'config'), text, { encoding: 'latin1', mode: 0o600 });
    await git_view_link('folder', common, view, 'refs');
    await git_view_link('folder', common, view, 'reftable');
    await git_view_link('file', common, view, 'packed-refs');
    await git_view_link('file', common, view, 'info/exclude');
    await git_view_link('file', own, view, 'index');
    // Git sets the time of what a split index builds on, and writes anew where a fetched history ends.
    const shared = (await (0,external_node_fs_promises_.readdir)(own)).filter((name) => SHARED_INDEX.test(name));
    if (shared.length > MOST_SHARED)
        throw new GitError(`${own} has ${shared.length} shared indexes`);
    for (const name of shared)
        await copy(own, view, name);
    await copy(common, view, 'shallow');
}
const HEAD = /^(ref: refs\/[^\0-\x20]+|[0-9a-f]{40}|[0-9a-f]{64})\s*$/;
/** What a split index builds on. */
const SHARED_INDEX = /^sharedindex\.[0-9a-f]{40,64}$/;
/** Git removes those that it has not used for two weeks. */
const MOST_SHARED = 64;
/** The index of a million files is half as long. */
const LONGEST_COPY = 256 * 1024 ** 2;
async function isKind(path, kind) {
    const found = await (0,external_node_fs_promises_.lstat)(path).catch(() => null);
    return kind === 'file' ? found?.isFile() === true : found?.isDirectory() === true;
}
/** Links to a part of a repository, where it is there and no link itself: that could lead anywhere. */
async function git_view_link(kind, from, to, name) {
    const source = (0,external_node_path_.join)(from, name);
    if (!(await isKind(source, kind)) || !(await isKind((0,external_node_path_.dirname)(source), 'folder')))
        return;
    await (0,external_node_fs_promises_.symlink)(source, (0,external_node_path_.join)(to, name));
}
/** Copies a file of a repository, where it is there and no link. */
async function copy(from, to, name) {
    const path = (0,external_node_path_.join)(from, name);
    const file = await (0,read_file/* openRegular */.lf)(path).catch(() => null);
    if (file === null)
        return;
    try {
        const { size } = await file.stat();
        if (size > LONGEST_COPY)
            throw new GitError(`${path} has ${size} bytes, as no file of git’s has`);
        await (0,external_node_stream_promises_.pipeline)(file.createReadStream({ autoClose: false }), (0,external_node_fs_.createWriteStream)((0,external_node_path_.join)(to, name)));
    }
    finally {
        await file.close();
    }
}
/** References are followed wherever they lead, which may be to those of another repository. */
async function requireNoLinks(refs) {
    const entries = await (0,external_node_fs_promises_.readdir)(refs, { recursive: true, withFileTypes: true }).catch((error) => {
        throw new GitError(`the references in ${refs} cannot be read: ${error.message}`);
    });
    const link = entries.find((entry) => entry.isSymbolicLink());
    if (link)
        throw new GitError(`${(0,external_node_path_.join)(link.parentPath, link.name)} is a link`);
}
/** Settings that say in what form a repository is. */
const FORM = /^(core\.repositoryformatversion|extensions\..*)$/;
/** Extensions that say where else to look, for objects and for settings. */
const ELSEWHERE = /^extensions\.(partialclone|worktreeconfig)$/;
/**
 * In what form a repository is, as settings. Git says where it does not know one.
 * @throws GitError
 */
async function formatSettingsOf(common) {
    const settings = (await readConfig((0,external_node_path_.join)(common, 'config'))).filter(({ key }) => FORM.test(key));
    const form = settings.filter(({ key }) => !ELSEWHERE.test(key));
    const odd = form.find(({ value }) => !/^[\w.-]*$/.test(value ?? ''));
    if (odd !== undefined)
        throw new GitError(`${odd.key} of ${common} has a value that is no format`);
    return form;
}

;// CONCATENATED MODULE: ./build/workspace/credential-files.js







const EMPTY_JSON = '{}\n';
/** Files that steps of a job write, most of them where they take the workspace for HOME. */
const credential_files_KINDS = [
    // google-github-actions/auth, in the workspace itself.
    { name: 'gha-creds-*.json', path: /(^|\/)gha-creds-[0-9a-f]+\.json$/, instead: EMPTY_JSON },
    { name: '.git-credentials', instead: '' },
    { name: '.netrc', instead: '' },
    { name: '_netrc', instead: '' },
    { name: 'credentials*', path: /(^|\/)\.(aws|config\/git)\/credentials$/, instead: '' },
    {
        name: 'config.json',
        path: /(^|\/)\.docker\/config\.json$/,
        holds: /"(auth|identitytoken)"/,
        instead: EMPTY_JSON,
    },
    { name: '.dockercfg', instead: EMPTY_JSON },
    { name: 'auth.json', path: /(^|\/)containers\/auth\.json$/, instead: EMPTY_JSON },
    { name: 'config', path: /(^|\/)\.kube\/config$/, instead: '' },
    { name: 'hosts.yml', path: /(^|\/)\.config\/gh\/hosts\.yml$/, instead: '' },
    { name: 'id_*', path: /(^|\/)\.ssh\/id_\w+$/, instead: '' },
    {
        name: '*credentials*',
        path: /(^|\/)(\.config\/gcloud\/|\.terraform\.d\/).*credentials[^/]*$/,
        instead: '',
    },
    { name: 'msal_token_cache.*', path: /(^|\/)\.azure\//, instead: '' },
    { name: '.npmrc', holds: /(_authToken|_auth|_password)[ \t]*=[ \t]*(?!\$\{)\S/, instead: null },
    { name: '.yarnrc.yml', holds: /npmAuth(Token|Ident):\s*["']?(?!\$\{)\w/, instead: null },
    { name: '.pypirc', holds: /^[ \t]*password[ \t]*[=:][ \t]*\S/m, instead: null },
    { name: 'pip.conf', holds: /:\/\/[^\s/@:]+:[^\s/@$]+@/, instead: null },
    { name: 'nuget.config', holds: /"?(ClearText)?Password"?\s+value="(?!%)/i, instead: null },
    { name: 'settings.xml', holds: /<password>(?!\$\{)[^<]/, instead: null },
    { name: 'auth.json', holds: /"(http-basic|github-oauth|gitlab-token|bearer)"/, instead: null },
    { name: 'credentials*', path: /(^|\/)\.(cargo|gem)\/credentials(\.toml)?$/, instead: null },
    { name: '.terraformrc', holds: /token\s*=\s*"/, instead: null },
];
/** A credential store in a git folder, such as `git config credential.helper 'store --file=.git/credentials'` makes. */
const GIT_STORE = { name: '.credentials*', instead: '' };
/** The names of the files that come into question, as `find -iname` takes them. */
const CREDENTIAL_NAMES = [...new Set([...credential_files_KINDS, GIT_STORE].map(({ name }) => name))];
/**
 * Of files with such names those that hold a credential and that no repository of the workspace has committed: what is
 * committed is everybody's who can read the repository. Where git cannot say, they count as not committed.
 */
async function credentialFiles(workspace, paths, isCommitted) {
    const replaced = [];
    const kept = [];
    // One after the other: a repository may have as many of them as the system does not hold open at once.
    for (const path of paths) {
        const kind = await credential_files_kindOf(workspace, path);
        if (kind === null || (await isCommitted(path)))
            continue;
        if (kind.instead === null)
            kept.push(path);
        else
            replaced.push({ path, content: kind.instead });
    }
    return { replaced, kept };
}
async function credential_files_kindOf(workspace, path) {
    if (/(^|\/)\.?credentials[^/]*$/.test(path) && (await credential_files_isGitFolder(workspace, (0,external_node_path_.dirname)(path))))
        return GIT_STORE;
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    for (const kind of credential_files_KINDS) {
        if (!fits(kind.name, name) || kind.path?.test(path) === false)
            continue;
        if (!kind.holds)
            return kind;
        if (kind.holds.test(await credential_files_textOf(systemPath(workspace, path))))
            return kind;
    }
    return null;
}
/** What nobody writes by hand holds no credential that anybody looks for. */
const credential_files_LONGEST = 1024 * 1024;
async function credential_files_textOf(file) {
    return (await (0,read_file/* readSmall */.o5)(file, credential_files_LONGEST))?.toString('latin1') ?? '';
}
/** Whether a name fits a pattern of `find -iname` that has no wildcard but `*`. */
const fits = (pattern, name) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name);
/** Asks the repository that a file is in, each once. `scratch` is a folder that only this user may enter. */
function committedIn(workspace, scratch, bounds = {}) {
    const known = new Map();
    return async (path) => {
        if (/(^|\/)\.git\//.test(path))
            return false;
        const top = await repositoryAbove(workspace, path);
        if (top === null)
            return false;
        const files = known.get(top) ?? committedFiles(top === '' ? workspace : (0,external_node_path_.join)(workspace, top), scratch, bounds);
        known.set(top, files);
        return (await files).has(top === '' ? path : path.slice(top.length + 1));
    };
}
/** The nearest folder above a file that has a git folder; '' is the workspace itself, null none. */
async function repositoryAbove(workspace, path) {
    for (let folder = path; folder !== '';) {
        folder = folder.includes('/') ? folder.slice(0, folder.lastIndexOf('/')) : '';
        const git = systemPath(workspace, folder === '' ? '.git' : `${folder}/.git`);
        if ((await (0,external_node_fs_promises_.lstat)(git).catch(() => null)) !== null)
            return folder;
    }
    return null;
}
/** Committed, or at least added: what the index has. None where git cannot say. */
async function committedFiles(checkout, scratch, bounds) {
    try {
        const folders = await gitFoldersOf(checkout, bounds);
        if (folders === null)
            return new Set();
        const list = ['ls-files', '--cached', '-z'];
        const text = await withView(folders, (view) => view.git(list, { ...bounds, encoding: 'latin1' }), {
            scratch,
        });
        return new Set(text.split('\0'));
    }
    catch (error) {
        if (error instanceof GitError)
            return new Set();
        throw error;
    }
}
/** True for a git folder by whatever name: `.git`, a submodule's, a bare mirror. */
async function credential_files_isGitFolder(workspace, folder) {
    const parts = ['HEAD', 'objects', 'refs'].map((part) => `${folder}/${part}`);
    const found = await Promise.all(parts.map((part) => (0,external_node_fs_promises_.lstat)(systemPath(workspace, part)).catch(() => null)));
    return found.every((one) => one !== null);
}

;// CONCATENATED MODULE: ./build/workspace/git-config.js
/**
 * Parses the text of a configuration file, for machines without git: sections, and settings of one line. What is
 * written in rarer ways is left out, which a task can live with.
 */
function parseConfigFile(text) {
    const settings = [];
    let section = '';
    for (const line of text.split('\n')) {
        const head = /^\s*\[([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\]\s*$/.exec(line);
        const setting = /^\s*([A-Za-z][\w-]*)\s*=([^"\\#;]*)$/.exec(line);
        if (head)
            section = [head[1]?.toLowerCase(), head[2]?.replace(/\\(.)/g, '$1')].filter(Boolean).join('.');
        else if (setting && section !== '')
            settings.push({ key: `${section}.${setting[1]?.toLowerCase()}`, value: setting[2]?.trim() ?? '' });
        else if (/^\s*\[/.test(line))
            section = '';
    }
    return settings;
}
/** Settings that hold a credential or lead to one. Keys are in git's normal form: section and name in lower case. */
const CREDENTIAL = /^(http\.(.*\.)?(extraheader|proxy|cookiefile|sslkey|sslcert|sslcertpasswordprotected)|credential\..*|include\.path|includeif\..*|core\.(sshcommand|askpass|hookspath|fsmonitor|gitproxy)|url\..*\.(insteadof|pushinsteadof)|remote\..*\.(proxy|receivepack|uploadpack)|(.*\.)?(token|oauthtoken|pass|password|smtppass))$/;
/**
 * The configuration that a task may have: without what holds a credential or leads to one (a header or an
 * included file, where actions/checkout keeps its token), and without user names and passwords in URLs.
 */
function withoutCredentials(settings) {
    return settings
        .filter(({ key }) => !CREDENTIAL.test(key.toLowerCase()) && key.search(USER_INFO) < 0)
        .map(({ key, value }) => ({ key, value: value?.replaceAll(USER_INFO, '$1') ?? null }));
}
/**
 * User name and password of a URL, wherever it stands in a text; the last @ before the path ends them. Of its scheme the
 * end is looked at: from every place of a long text to its end would take the square of its length.
 */
const USER_INFO = /([a-z0-9+.-]:\/\/)[^/\s]*@/gi;

;// CONCATENATED MODULE: ./build/workspace/workspace.js
/** The methods there are, as the input `workspace` names them; `auto` chooses one. */
const METHODS = (/* unused pure expression or super */ null && (['overlay', 'clone', 'copy', 'bind', 'none']));
/** The method cannot be used with this engine or this checkout; another may. */
class UnusableMethodError extends Error {
    name = 'UnusableMethodError';
}

;// CONCATENATED MODULE: ./build/workspace/repository.js













/**
 * Lets git see the repository of a checkout, without its settings.
 * @throws GitError where there is none, or git cannot read it
 */
async function withRepository(checkout, use, options = {}) {
    return withView(await requireFolders(checkout), use, options);
}
async function requireFolders(checkout) {
    const folders = await gitFoldersOf(checkout);
    if (folders === null)
        throw new GitError(`${checkout} is no git repository of its own`);
    return folders;
}
/** True where the folder is a checkout that git on this machine can read; `onRefusal` hears why it cannot. */
async function isReadable(folder, onRefusal, bounds = {}) {
    try {
        const folders = await gitFoldersOf(folder);
        if (folders === null)
            return false;
        await withView(folders, (view) => view.git(['rev-parse', '--git-dir'], bounds));
        return true;
    }
    catch (error) {
        if (!(error instanceof GitError))
            throw error;
        if (!(error instanceof GitMissingError))
            onRefusal?.(error.message);
        return false;
    }
}
/**
 * The formats of a repository's objects and references, as `git init` names them.
 * @throws GitError
 */
async function formatsOf(checkout) {
    const settings = await formatSettingsOf((await requireFolders(checkout)).common);
    const last = (name) => settings.findLast(({ key }) => key === `extensions.${name}`)?.value;
    return { objects: last('objectformat') ?? 'sha1', references: last('refstorage') ?? 'files' };
}
/**
 * A checkout whose git folder, or some of its objects, is outside of it would be no repository in a container that
 * has the checkout alone; and what it leads to has the locks and references of others.
 * @throws UnusableMethodError
 */
async function requireOwnGitFolder(checkout) {
    const folders = await gitFoldersOf(checkout);
    if (folders === null)
        return;
    const folder = (0,external_node_path_.join)(checkout, '.git');
    if (folders.own !== folder)
        throw new UnusableMethodError(`the checkout’s git folder is elsewhere, in ${folders.own}`);
    const alternates = (await smallFile((0,external_node_path_.join)(folder, 'objects', 'info', 'alternates'))) ?? '';
    const borrowed = alternates.split('\n').find((line) => line !== '' && !line.startsWith('#'));
    if (borrowed !== undefined)
        throw new UnusableMethodError(`the checkout’s git folder borrows objects of ${borrowed}`);
}
/**
 * How long configurations may be looked for where no file of the workspace is read otherwise. 100,000 files take
 * a tenth of a second, less than the engine needs for the volumes meanwhile.
 */
const SEARCH_BOUND_MS = 20_000;
const WALK_BOUND_MS = 10 * 60_000;
/**
 * What the task sees in place of files that hold credentials: the git configurations of all repositories in the
 * workspace, without them, and what steps of the job wrote ({@link credentialFiles}). Only files that change are named.
 * @throws UnusableMethodError where they cannot all be found in time
 */
async function filesWithoutCredentials({ runnerPath, scratch, cancel, onCredentials }, boundMs = WALK_BOUND_MS) {
    const paths = await repository_findFiles(runnerPath, ['config', 'config.worktree', ...CREDENTIAL_NAMES], cancel, boundMs);
    const bounds = { signal: cancel };
    const isCommitted = committedIn(runnerPath, scratch, bounds);
    const [configs, credentials] = await Promise.all([
        configsWithoutCredentials(runnerPath, paths, isCommitted, bounds),
        credentialFiles(runnerPath, paths, isCommitted),
    ]);
    onCredentials(credentials);
    return [...configs, ...credentials.replaced];
}
async function configsWithoutCredentials(workspace, paths, isCommitted, bounds) {
    const replaced = [];
    // One after the other: a repository may have thousands of them committed, and each takes a git.
    for (const path of paths) {
        if (!(await isConfig(workspace, path)) || (await isCommitted(path)))
            continue;
        const content = await (0,read_file/* readSmall */.o5)(systemPath(workspace, path), LONGEST_CONFIG);
        const settings = content === null ? [] : await settingsOf(content, bounds);
        const harmless = withoutCredentials(settings ?? parseConfigFile(content?.toString('latin1') ?? ''));
        const isSame = content !== null && JSON.stringify(harmless) === JSON.stringify(settings);
        if (!isSame)
            replaced.push({ path, content: formatSettings(harmless) });
    }
    return replaced;
}
/** What is longer was not written by git, and nobody looks for a credential in it: the task has none of it. */
const LONGEST_CONFIG = 1024 * 1024;
/** What git reads in a configuration; null where there is no git to ask, or it cannot read it. */
async function settingsOf(content, bounds) {
    try {
        const args = ['config', '--file', '-', '--no-includes', '--list', '-z'];
        return parseSettings(await git(null, args, { ...bounds, input: content, encoding: 'latin1' }));
    }
    catch (error) {
        if (error instanceof GitError)
            return null;
        throw error;
    }
}
/**
 * Files of these names at any depth. `find` reads folders an order of magnitude faster than Node.js does, and beside
 * whatever else is done.
 */
async function repository_findFiles(workspace, names, signal, boundMs) {
    const named = names.flatMap((name) => ['-o', '-iname', name]).slice(1);
    const options = { timeoutMs: boundMs, signal, encoding: 'latin1' };
    const failed = (why) => new UnusableMethodError(`the credentials in ${workspace} could not be looked for: ${why}`);
    const args = [`${workspace}/`, '-type', 'f', '(', ...named, ')', '-print0'];
    const finished = await run('find', args, options).catch((error) => {
        throw failed((0,errors/* messageOf */.bD)(error));
    });
    if (finished.ended !== 'by-itself')
        throw failed(`it was given up after ${boundMs / 1000} s, or with the job`);
    // What this user cannot enter, which find says and goes on, is no checkout of theirs.
    const root = Buffer.from(`${workspace}/`).toString('latin1');
    return finished.stdout
        .split('\0')
        .filter((path) => path !== '')
        .map((path) => path.slice(root.length));
}
/**
 * Configurations of git folders: their own, their worktrees', their submodules', those of bare mirrors. A branch or tag
 * that is called `config` has no HEAD beside it.
 */
async function isConfig(workspace, path) {
    if (!/(^|\/)config(\.worktree)?$/.test(path))
        return false;
    const folder = (0,external_node_path_.dirname)(path);
    if (!/(^|\/)\.git\//.test(path))
        return folder !== '.' && credential_files_isGitFolder(workspace, folder);
    return (/(^|\/)\.git\/[^/]+$/.test(path) ||
        (await (0,external_node_fs_promises_.lstat)(systemPath(workspace, `${folder}/HEAD`)).catch(() => null)) !== null);
}

;// CONCATENATED MODULE: ./build/workspace/clock.js






/** A clock that runs well is corrected by less. */
const CORRECTION_MS = 1_000;
/**
 * Whether the times of a checkout's files say nothing of what changed after `since`: the clock was set while this
 * process ran, or between the checkout, which wrote its index last, and its start.
 */
async function areTimesDoubtful(workspace, since) {
    const expected = performance.timeOrigin + performance.now();
    if (Math.abs(Date.now() - expected) > CORRECTION_MS)
        return true;
    const folders = await gitFoldersOf(workspace);
    const index = folders && (await (0,external_node_fs_promises_.lstat)((0,external_node_path_.join)(folders.own, 'index')).catch(() => null));
    return index !== null && index.ctime > since;
}
/** Those of the paths that are not as the checkout's index has them. Where git cannot read that, all of them. */
async function notAsInIndex(workspace, paths) {
    if (paths.length === 0 || !(await isReadable(workspace)))
        return [...paths];
    const listed = await withRepository(workspace, (view) => view.git(['ls-files', '--stage', '-z'], { encoding: 'latin1' }));
    const blobs = new Map(listed.split('\0').map(blobOf));
    const others = [];
    for (const path of paths) {
        const blob = blobs.get(path);
        if (blob === undefined || blob !== (await currentBlob(workspace, path, blob)))
            others.push(path);
    }
    return others;
}
/** A line of `git ls-files --stage`: path, and mode with object. */
function blobOf(line) {
    const tab = line.indexOf('\t');
    const [mode = '', object = ''] = line.slice(0, tab).split(' ');
    return [line.slice(tab + 1), `${mode} ${object}`];
}
/** What a path holds now, in the form of {@link blobOf}, by the kind of hash that `like` has. */
async function currentBlob(workspace, path, like) {
    const state = await stateOf(workspace, path);
    if (state === null)
        return null;
    const hash = (0,external_node_crypto_.createHash)(like.length > SHA1_LENGTH ? 'sha256' : 'sha1');
    hash.update(`blob ${await sizeOf(state)}\0`);
    for await (const chunk of chunksOf(state))
        hash.update(chunk);
    return `${state.mode} ${hash.digest('hex')}`;
}
/** Six digits of mode, a blank, forty of object. */
const SHA1_LENGTH = 47;

;// CONCATENATED MODULE: ./build/workspace/apply.js









/**
 * Paths of the runner's workspace that somebody else changed after `since`: the task's changes are changes of
 * what was there before. That a file went shows by the time of its folder, and by its being tracked: a file that
 * git does not know cannot be told from one that the task made. Where the clock was set, contents count instead of
 * times: what is as git has it did not change.
 */
async function changedSince(workspace, changes, since) {
    const found = [];
    const missing = [];
    for (const path of [...changes.written.keys(), ...changes.deleted]) {
        const state = await statInside(workspace, path);
        if (state === null ? await folderChanged(workspace, path, since) : state.ctime > since)
            (state === null ? missing : found).push(path);
    }
    const changed = (await areTimesDoubtful(workspace, since)) ? await notAsInIndex(workspace, found) : found;
    if (missing.length === 0 || !(await isReadable(workspace)))
        return changed;
    const listed = await withRepository(workspace, (view) => view.git(['ls-files', '-z'], { encoding: 'latin1' }));
    const tracked = new Set(listed.split('\0'));
    return [...changed, ...missing.filter((path) => tracked.has(path))];
}
/** True where the folder that would hold a path, or the nearest above it that is there, changed after `since`. */
async function folderChanged(workspace, path, since) {
    for (let end = path.lastIndexOf('/');; end = path.lastIndexOf('/', end - 1)) {
        const folder = await statInside(workspace, end > 0 ? path.slice(0, end) : '');
        if (folder)
            return folder.ctime > since;
        if (end <= 0)
            return false;
    }
}
/**
 * Brings changes to the runner's workspace, all or none, also where this process is killed: new contents are
 * written aside and what is to be done is written down before anything is touched ({@link endApply} has the rest).
 * One at a time does so in a workspace.
 * @throws TaskError ACODE-CTN-010; the workspace is then as it was, or the message says what is not
 */
async function applyChanges(workspace, changes, since, applier) {
    const place = await applyPlace(workspace, applier.env, true);
    if (place === null)
        throw doesNotFit(workspace, 'no folder for the journal can be made beside the runner’s workspaces');
    const seen = await identities(place, changes);
    const conflicts = await changedSince(workspace, changes, since);
    if (conflicts.length > 0)
        throw doesNotFit(workspace, `${some(conflicts)} changed there while the task ran`);
    const lock = await waitForLock(place, applier);
    let failure;
    try {
        await doApply(place, lock, changes, seen);
    }
    catch (error) {
        failure = error;
    }
    const end = await endApply(place, lock);
    if (end === 'gone')
        throw new errors/* TaskError */.Ik('ACODE-CTN-010', `The task’s changes were applied to ${place.workspace} in part: somebody removed what was there before meanwhile (${(0,errors/* messageOf */.bD)(failure)}). Check the workspace out anew; the changes are in the record.`, { cause: failure });
    if (end === 'taken back')
        throw doesNotFit(workspace, (0,errors/* messageOf */.bD)(failure), failure);
}
/** Does all of an apply whose lock is held, up to its commit. */
async function doApply(place, lock, changes, seen) {
    const workspace = await HeldFolder.open(place.workspace);
    let staging = null;
    try {
        staging = await makeStaging(place, lock, workspace);
        const steps = await stage(place.workspace, staging, changes);
        const now = await identities(place, changes);
        const moved = [...now].flatMap(([path, identity]) => (seen.get(path) === identity ? [] : [path]));
        if (moved.length > 0)
            throw new Error(`${some(moved)} changed there meanwhile`);
        await staging.sync();
        await workspace.sync();
        await writeJournal(journalFolder(place, lock), steps);
        for (const [n, step] of steps.entries())
            await doStep(workspace, staging, n, step);
        await syncSteps(workspace, staging, steps);
        await commitJournal(journalFolder(place, lock));
    }
    finally {
        await staging?.close();
        await workspace.close();
    }
}
/** What is at the paths of changes now. */
async function identities(place, { written, deleted }) {
    const found = new Map();
    const workspace = await HeldFolder.open(place.workspace);
    try {
        for (const path of [...written.keys(), ...deleted])
            found.set(path, await identityOf(workspace, path));
    }
    finally {
        await workspace.close();
    }
    return found;
}
async function waitForLock(place, applier) {
    const giveUp = performance.now() + PATIENCE_MS;
    while (performance.now() < giveUp) {
        const lock = await takeLock(place, applier).catch((error) => {
            throw doesNotFit(place.workspace, (0,errors/* messageOf */.bD)(error), error);
        });
        if (lock)
            return lock;
        await endDeadApply(place.workspace, applier);
        await pause();
    }
    throw doesNotFit(place.workspace, `another task applies its changes there (${lockPath(place)})`);
}
/** Why changes were not applied. */
function doesNotFit(workspace, why, cause) {
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `The task’s changes were not applied to ${workspace}: ${why}. The workspace is as it was; the changes are in the record, apply them by hand (git apply).`, { cause });
}

;// CONCATENATED MODULE: ./build/workspace/as-given.js


/**
 * A task that was given the commit alone has not seen what is not committed in the runner's workspace: where it
 * changed one of those files, its change would overwrite them.
 * @throws TaskError ACODE-CTN-010
 */
async function requireAsGiven(workspace, changes, baseline) {
    const others = [];
    for (const path of [...changes.written.keys(), ...changes.deleted]) {
        if (inGitFolder(path))
            continue;
        const [now, given] = await Promise.all([stateOf(workspace, path), baseline(path)]);
        const isAsGiven = given === null ? now === null : await isSame(now, given);
        if (!isAsGiven)
            others.push(path);
    }
    if (others.length > 0)
        throw doesNotFit(workspace, `${others.slice(0, 5).join(', ')} there is not as committed, which the task did not see`);
}

;// CONCATENATED MODULE: ./build/workspace/archive.js






/** Writes changes outside of a git repository: a tar archive of what is new, and a list of what is gone. */
async function writeArchive(changes, tar, deletedList) {
    await (0,external_node_stream_promises_.pipeline)(external_node_stream_.Readable.from(writeTar(entriesOf(changes))), (0,external_node_fs_.createWriteStream)(tar));
    await (0,external_node_fs_promises_.writeFile)(deletedList, Buffer.from([...changes.deleted].map((path) => `${path}\0`).join(''), 'latin1'));
}
async function* entriesOf(changes) {
    for (const [path, state] of changes.written) {
        const base = { path, uid: 0, gid: 0, mode: state.mode === '100755' ? 0o755 : 0o644 };
        if (state.mode === '120000' && 'bytes' in state.content)
            yield { ...base, type: 'link', target: state.content.bytes.toString('latin1') };
        else
            yield { ...base, type: 'file', size: await sizeOf(state), content: chunksOf(state) };
    }
}

;// CONCATENATED MODULE: ./build/workspace/commits.js








/** What of a task's git folder says which commits there are; hooks and configuration are none of ours to run. */
const TAKEN = /^\.git\/(HEAD|packed-refs|shallow|refs\/.+|objects\/(?!info\/).+)$/;
/**
 * Writes the commits that a task made as a bundle (`git fetch FILE`), refs and a detached HEAD included. The
 * task's git folder is rebuilt from its references and objects alone, over the objects of the checkout.
 * @returns how many references the bundle has; 0 where the task made no commit and there is no file
 */
async function writeBundle(changes, base, baseline, objectFormat, scratch, to, bounds = {}) {
    const touched = [...changes.written.keys(), ...changes.deleted].filter((path) => TAKEN.test(path));
    if (touched.length === 0)
        return 0;
    const repository = (0,external_node_path_.join)(scratch, 'commits.git');
    const at = { gitDir: repository };
    await git(at, ['init', '--bare', '--quiet', '--template=', `--object-format=${objectFormat}`], bounds);
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.join)(repository, 'objects', 'info'), { recursive: true });
    const inherited = (await filesBelow(base, '.git')).filter((path) => TAKEN.test(path) && !path.startsWith('.git/objects/'));
    const paths = new Set([...inherited, ...changes.written.keys()].filter((path) => TAKEN.test(path)));
    for (const path of paths) {
        const state = changes.written.get(path) ?? (changes.deleted.has(path) ? null : await baseline(path));
        if (state === null || state.mode === '120000')
            continue;
        const target = systemPath(repository, path.slice('.git/'.length));
        await (0,external_node_fs_promises_.mkdir)(Buffer.from((0,external_node_path_.dirname)(target.toString('latin1')), 'latin1'), { recursive: true });
        await (0,external_node_stream_promises_.pipeline)(external_node_stream_.Readable.from(chunksOf(state)), (0,external_node_fs_.createWriteStream)(target));
    }
    await (0,external_node_fs_promises_.appendFile)((0,external_node_path_.join)(repository, 'objects', 'info', 'alternates'), `${(0,external_node_path_.join)(base, '.git', 'objects')}\n`);
    const before = await withRepository(base, ({ gitDir }) => references({ gitDir }, bounds), { scratch });
    const after = await references(at, bounds);
    const changed = [...after].filter(([name, id]) => before.get(name) !== id);
    if (changed.length === 0)
        return 0;
    return bundle(at, changed, [...new Set(before.values())], to, bounds);
}
/** A pack takes what memory it is let have for its deltas, in each of its threads. */
const FRUGAL = ['pack.windowMemory=256m', 'pack.threads=2'];
async function bundle(repository, changed, known, to, bounds) {
    const names = changed.map(([name]) => name);
    const input = Buffer.from([...names, ...known.map((id) => `^${id}`)].map((line) => `${line}\n`).join(''), 'latin1');
    try {
        await git(repository, ['bundle', 'create', '--quiet', to, '--stdin'], {
            ...bounds,
            input,
            settings: FRUGAL,
        });
        return names.length;
    }
    catch (error) {
        // References that moved among commits which the checkout has: nothing is new.
        if (error instanceof GitError && /empty bundle/i.test(error.message))
            return 0;
        throw error;
    }
}
/** All references (their names bytes, one a character) with the commit they name, a detached HEAD as `HEAD`. */
async function references(repository, bounds) {
    const listed = await git(repository, ['for-each-ref', '--format=%(objectname) %(refname)'], {
        ...bounds,
        encoding: 'latin1',
    });
    const found = new Map(listed
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(' '))
        .map(([id = '', name = '']) => [name, id]));
    const head = await git(repository, ['rev-parse', '--verify', '--quiet', 'HEAD'], bounds).catch(() => '');
    if (head.trim() !== '')
        found.set('HEAD', head.trim());
    return found;
}

;// CONCATENATED MODULE: ./build/workspace/patch.js








/**
 * Writes changes as a patch that `git apply` takes, binary files and renames included. Both states of what
 * changed go through a repository of our own: nothing of the checkout is touched, and the cost is that of the
 * changes alone, whatever the size of the repository.
 */
async function writePatch(changes, baseline, objectFormat, scratch, to, bounds = {}) {
    const repository = { gitDir: (0,external_node_path_.join)(scratch, 'patch.git') };
    await (0,external_node_fs_promises_.mkdir)(repository.gitDir, { recursive: true });
    await git(repository, ['init', '--bare', '--quiet', '--template=', `--object-format=${objectFormat}`], bounds);
    const input = fastImport(changes, baseline);
    await git(repository, ['fast-import', '--quiet', '--done'], { ...bounds, input, settings: AS_THEY_ARE });
    const binary = (0,external_node_path_.join)(scratch, 'binary-attributes');
    await (0,external_node_fs_promises_.writeFile)(binary, '* -diff\n');
    const large = { ...bounds, settings: [`core.attributesFile=${binary}`] };
    await writeDiff(repository, 'files', '--find-renames', to, bounds);
    // `git apply` forgets that a link goes away where the patch says that it moves, so no link does.
    await appendDiff(repository, 'links', (0,external_node_path_.join)(scratch, 'links.patch'), to, bounds);
    await appendDiff(repository, 'large', (0,external_node_path_.join)(scratch, 'large.patch'), to, large);
}
/** Large contents are not compared with others, which takes several times their size, and little is gained by packing. */
const AS_THEY_ARE = ['core.bigFileThreshold=8m', 'pack.compression=1'];
async function appendDiff(repository, kind, part, to, how) {
    await writeDiff(repository, kind, '--no-renames', part, how);
    await (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(part), (0,external_node_fs_.createWriteStream)(to, { flags: 'a' }));
}
async function writeDiff(repository, kind, renames, to, how) {
    const form = ['--binary', '--full-index', renames, '--no-ext-diff', '--no-textconv', '--no-color'];
    const prefixes = ['--src-prefix=a/', '--dst-prefix=b/', `--output=${to}`];
    const states = [`refs/heads/${kind}-before`, `refs/heads/${kind}-after`];
    await git(repository, ['diff-tree', '-r', '-p', ...form, ...prefixes, ...states], how);
}
/** The two states of every path that changed, as git-fast-import(1) takes them. */
async function* fastImport(changes, baseline) {
    const commits = { files: newStates(), links: newStates(), large: newStates() };
    let mark = 0;
    const paths = new Set([...changes.written.keys(), ...changes.deleted]);
    for (const path of paths) {
        const old = await baseline(path);
        const written = changes.written.get(path);
        const { before, after } = commits[await patch_kindOf([old, written])];
        if (old) {
            yield* blob(++mark, old);
            before.push(`M ${old.mode} :${mark} ${quotePath(path)}\n`);
        }
        if (!written)
            continue;
        yield* blob(++mark, written);
        after.push(`M ${written.mode} :${mark} ${quotePath(path)}\n`);
    }
    for (const kind of patch_KINDS) {
        yield Buffer.from(`${commit(`${kind}-before`)}deleteall\n${commits[kind].before.join('')}\n`);
        yield Buffer.from(`${commit(`${kind}-after`)}deleteall\n${commits[kind].after.join('')}\n`);
    }
    yield Buffer.from('done\n');
}
/** Paths that are links, before or after, those whose files are large, and all others. */
const patch_KINDS = ['files', 'links', 'large'];
/**
 * From this size on a file goes into the patch as a binary one does, and is looked at for no rename: git takes some
 * 40 bytes for each line of both states, 1.6 GB for 40 MB of line ends.
 */
const LARGE = 8 * 1024 ** 2;
async function patch_kindOf(states) {
    const there = states.filter((state) => state != null);
    if (there.some(({ mode }) => mode === '120000'))
        return 'links';
    const sizes = await Promise.all(there.map(sizeOf));
    return sizes.some((size) => size > LARGE) ? 'large' : 'files';
}
const newStates = () => ({ before: [], after: [] });
const commit = (name) => `commit refs/heads/${name}\ncommitter acode <acode> 0 +0000\ndata 0\n`;
async function* blob(mark, state) {
    yield Buffer.from(`blob\nmark :${mark}\ndata ${await sizeOf(state)}\n`);
    yield* chunksOf(state);
    yield Buffer.from('\n');
}
/** A path in C style quotes, every byte that is not plain as an octal escape. */
function quotePath(path) {
    const escaped = path.replace(/[^\x20-\x7e]|["\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
    return `"${escaped}"`;
}
/**
 * Splits off what git ignores: it is left out of patches, and counted. The rules are those that the task left; what
 * the checkout tracks is never ignored. Git folders of nested repositories, which no patch may hold, go with it.
 */
async function withoutIgnored(checkout, changes, baseline, scratch, bounds = {}) {
    const all = [...changes.written.keys(), ...changes.deleted];
    const paths = all.filter((path) => !inGitFolder(path));
    if (all.length === 0)
        return { changes, ignored: 0 };
    const rules = (0,external_node_path_.join)(scratch, 'ignore-rules');
    await layOutRules(changes, baseline, rules);
    const ignored = await ignoredOf(checkout, rules, paths, scratch, bounds);
    const isKept = (path) => !ignored.has(path) && !inGitFolder(path);
    const written = new Map([...changes.written].filter(([path]) => isKept(path)));
    const deleted = new Set([...changes.deleted].filter(isKept));
    return { changes: { ...changes, written, deleted }, ignored: all.length - written.size - deleted.size };
}
/** A work tree of nothing but the .gitignore files: no link of the checkout's or the task's stands in the way. */
async function layOutRules(changes, baseline, folder) {
    await (0,external_node_fs_promises_.mkdir)(folder, { recursive: true });
    for (const path of rulesFor([...changes.written.keys(), ...changes.deleted])) {
        const now = changes.written.get(path);
        const state = now ?? (changes.deleted.has(path) ? null : await baseline(path));
        if (state === null || state.mode === '120000')
            continue;
        const target = systemPath(folder, path);
        await (0,external_node_fs_promises_.mkdir)(Buffer.from((0,external_node_path_.dirname)(target.toString('latin1')), 'latin1'), { recursive: true });
        await (0,external_node_stream_promises_.pipeline)(external_node_stream_.Readable.from(chunksOf(state)), (0,external_node_fs_.createWriteStream)(target));
    }
}
/** The .gitignore files that have a say in paths: those of all folders above them. */
function rulesFor(paths) {
    const found = new Set();
    for (const path of paths)
        for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1))
            found.add(`${path.slice(0, path.lastIndexOf('/', end - 1) + 1)}.gitignore`);
    return found;
}
/**
 * Which of the paths are ignored, but for those that are tracked all the same.
 * @throws GitError
 */
async function ignoredOf(checkout, workTree, paths, scratch, bounds) {
    const how = { ...bounds, workTree, encoding: 'latin1' };
    return withRepository(checkout, async (view) => {
        const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
        // Without the index, for with it paths in submodules are an error. 1 says that none is ignored.
        const args = ['check-ignore', '--no-index', '-z', '--stdin'];
        const matched = namesIn(await view.git(args, { ...how, input, answers: [0, 1] }));
        if (matched.size === 0)
            return matched;
        const tracked = ['ls-files', '--cached', '--ignored', '--exclude-standard', '-z'];
        for (const path of namesIn(await view.git(tracked, how)))
            matched.delete(path);
        return matched;
    }, { scratch });
}
const namesIn = (list) => new Set(list.split('\0').filter((name) => name !== ''));

;// CONCATENATED MODULE: ./build/workspace/collect.js









/**
 * Writes a task's changes into the record: a patch and a bundle of commits, or an archive where git has no say.
 * @throws OverBudgetError when there is no time left
 */
async function writeChanges(collected, scratch, files, budget) {
    const { changes, base } = collected;
    const bounds = { signal: budget.signal };
    // All that takes long asks for one file after the other.
    const baseline = (path) => {
        budget.requireTime();
        return collected.baseline(path);
    };
    const tree = part(changes, (path) => !isGit(path));
    const warnings = [];
    const noGit = (why) => warnings.push(`There is no patch but changes.tar, and no bundle of commits: git cannot read the checkout (${why})`);
    if (!(await isReadable(base, noGit, bounds)))
        return { changes: tree, ignored: 0, file: await archive(tree, files), ...NO_COMMITS, warnings };
    await (0,external_node_fs_promises_.mkdir)(scratch, { recursive: true });
    const formats = await formatsOf(base);
    const { changes: kept, ignored } = await orElse(bounds, () => withoutIgnored(base, tree, baseline, scratch, within(IGNORE_MS, bounds)), async (why) => {
        warnings.push(`Nothing is left out as ignored: git cannot say what .gitignore ignores (${why})`);
        return { changes: part(tree, (path) => !inGitFolder(path)), ignored: 0 };
    });
    const large = await tooLarge(kept, baseline);
    if (large !== null)
        warnings.push(`There is no patch but changes.tar: ${large} is over 1 GiB, which git holds in memory for a patch`);
    if (formats.references !== 'files')
        warnings.push(`Commits of the task are not collected: the checkout keeps its references as ${formats.references}`);
    const patch = async () => {
        if (isEmpty(kept))
            return null;
        const write = () => writePatch(kept, baseline, formats.objects, scratch, files.patch, within(PATCH_MS, bounds));
        await whole([files.patch], write);
        return files.patch;
    };
    const file = large === null
        ? await orElse(bounds, patch, (why) => {
            warnings.push(`There is no patch but changes.tar: git cannot write it (${why})`);
            return archive(kept, files);
        })
        : await archive(kept, files);
    const report = { changes: kept, ignored, file, ...NO_COMMITS, warnings };
    const bundle = () => writeBundle(part(changes, isGit), base, baseline, formats.objects, scratch, files.bundle, within(PATCH_MS, bounds));
    try {
        return { ...report, commits: await whole([files.bundle], bundle) };
    }
    catch (error) {
        return { ...report, commitsLost: (0,errors/* messageOf */.bD)(error) };
    }
}
/** Rules of what is ignored may be written such that git tries for ever; for 100,000 paths it takes a second. */
const IGNORE_MS = 30_000;
/** Of contents that cannot be made smaller git writes some 2 MB a second. */
const PATCH_MS = 10 * 60_000;
const within = (timeoutMs, { signal, timeoutMs: most = timeoutMs }) => ({
    signal,
    timeoutMs: Math.min(timeoutMs, most),
});
/** What git cannot do is done otherwise, told why in its words on one line; unless all is to end. */
async function orElse({ signal }, work, other) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof GitError) || signal?.aborted)
            throw error;
        return other(error.message.replaceAll(/\s+/g, ' '));
    }
}
async function archive(changes, { tar, deleted }) {
    if (isEmpty(changes))
        return null;
    await whole([tar, deleted], () => writeArchive(changes, tar, deleted));
    return tar;
}
/** Git holds both states of a file in memory for its patch, and again to apply it. */
const LARGEST_IN_PATCH = 1024 ** 3;
async function tooLarge({ written, deleted }, baseline) {
    for (const path of [...written.keys(), ...deleted])
        for (const state of [written.get(path), await baseline(path)])
            if (state && (await sizeOf(state)) > LARGEST_IN_PATCH)
                return path;
    return null;
}
const NO_COMMITS = { commits: 0, commitsLost: null };
/** Files that could not be written whole are worse than none. */
async function whole(files, write) {
    try {
        return await write();
    }
    catch (error) {
        for (const file of files)
            await (0,external_node_fs_promises_.rm)(file, { force: true });
        throw error;
    }
}
const isGit = (path) => path === '.git' || path.startsWith('.git/');
const isEmpty = ({ written, deleted }) => written.size === 0 && deleted.size === 0;
function part(changes, wanted) {
    return {
        written: new Map([...changes.written].filter(([path]) => wanted(path))),
        deleted: new Set([...changes.deleted].filter(wanted)),
        special: changes.special.filter(wanted),
    };
}
/** The files of a record's changes, below its folder. */
function changeFiles(folder) {
    return {
        patch: (0,external_node_path_.join)(folder, 'changes.patch'),
        bundle: (0,external_node_path_.join)(folder, 'commits.bundle'),
        tar: (0,external_node_path_.join)(folder, 'changes.tar'),
        deleted: (0,external_node_path_.join)(folder, 'deleted.list'),
    };
}

;// CONCATENATED MODULE: ./build/run/over-budget.js



/** The budget that a task gives to the collecting of what it left; its time runs from now on. */
function budgetOf(spec, cancel) {
    return new Budget({
        seconds: spec.collectTimeoutSeconds,
        bytes: spec.collectMaxBytes,
        files: spec.collectMaxFiles,
        depth: spec.collectMaxDepth,
    }, cancel);
}
/** What a limit is, for people, with the input that raises it. */
function limitText(limit, spec) {
    switch (limit) {
        case 'time':
            return `collecting took ${formatSeconds(spec.collectTimeoutSeconds)}, its limit (collect-timeout)`;
        case 'bytes':
            return `there is more than ${formatBytes(spec.collectMaxBytes)} (collect-max-bytes)`;
        case 'files':
            return `there are more than ${spec.collectMaxFiles} files and folders (collect-max-files)`;
        case 'depth':
            return `folders are nested deeper than ${spec.collectMaxDepth}, or paths are longer than 3000 bytes (collect-max-depth)`;
        case 'cancelled':
            return 'the job was cancelled';
    }
}
/** A warning that names what was left out for want of a budget; null where nothing was. */
function leftOutWarning({ exceeded, leftOut }, spec) {
    if (exceeded.size === 0)
        return null;
    const why = [...exceeded].map((limit) => limitText(limit, spec)).join('; ');
    const { names, count } = leftOut;
    const others = count > names.length ? ` and ${count - names.length} more` : '';
    const what = count === 0 ? '' : ` Left out: ${names.join(', ')}${others}.`;
    return `Not all that the task left was collected: ${why}.${what}`;
}
/** The failure of a task whose changes are more than may be collected: in part they are worth nothing. */
function incompleteChanges({ limit, message }, spec, container) {
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `The changes of the task in ${container} are not complete: ${limitText(limit, spec)} (${message}). Nothing of them is kept or applied; its log and $ARTIFACT_DIR are in the record as far as they could be collected. Let the task write less to its workspace, use changes: discard, or raise the limit.`);
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
        runner_warning(failure, 'ACODE-CTN-010');
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
        return { removed: [], failed: [(0,errors/* messageOf */.bD)(error)] };
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

;// CONCATENATED MODULE: ./build/run/settle.js



/** A run whose task's status is not its container's. */
function settle_settle(run, status, error = null) {
    run.recorder.record.status = status;
    run.recorder.record.error = error === null ? null : { code: error.code, message: error.message };
}
/**
 * Puts a failure into the record: the engine's as what it means to the user, and any failure of a cancelled
 * job as the cancellation.
 */
async function settleError({ docker, run, signals }, error) {
    if (signals.late.aborted)
        return; // and told already
    if (error instanceof errors/* TaskError */.Ik && error.code === 'ACODE-CTN-009')
        return settle_settle(run, 'cancelled', error);
    if (signals.cancel.aborted)
        return settleCancelled(run);
    const explained = await explainEngineError(docker, error);
    const own = explained instanceof errors/* TaskError */.Ik ? explained : unexpected(explained);
    const taskError = (BY_ENGINE.has(own.code) && (await noEngine(docker, own))) || own;
    settle_settle(run, taskError.status, taskError);
}
/** Puts into the record what is known when a cancelled job's time is up. */
function settleLate({ run }) {
    settleCancelled(run);
    run.recorder.record.cleanup.failed.push(`${run.identity.container}: what is left of it is removed by the post step, since the time of a cancelled job was up`);
}
/** A task that had succeeded, and whose changes and outputs were cut off by the cancel, has not. */
function settleCancelled({ recorder: { record } }) {
    const isCutOff = stageOf(record) === 'collecting' && record.status === 'succeeded';
    markUnfinished(record, CANCELLED);
    if (isCutOff)
        record.status = 'cancelled';
}
const CANCELLED = 'The job was cancelled';
/** What an engine that is gone looks like to those who need it. */
const BY_ENGINE = new Set([
    ...['ACODE-CTN-002', 'ACODE-CTN-003'],
    ...['ACODE-CTN-004', 'ACODE-CTN-010'],
]);
/** A fault of ours has a record too (RUN-8), with what is needed to find it. */
function unexpected(error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return new errors/* TaskError */.Ik('ACODE-CTN-003', `The action failed unexpectedly: ${what}\nPlease report this with the log.`, { cause: error });
}

;// CONCATENATED MODULE: ./build/run/changes.js
















/**
 * What the task changed, kept in the record and brought to the runner's workspace where that is asked for. A
 * task whose changes are lost has not succeeded (ACODE-CTN-010).
 * @returns null where the method does not tell them
 */
async function collectChanges(context, spec, workspace, container, budget) {
    const { run, docker, signals } = context;
    let collected = 'lost';
    try {
        if (container.shared)
            await giveBack(docker, container.id, container.shared);
        const store = (0,external_node_path_.join)(run.folder.private, 'changes');
        await (0,external_node_fs_promises_.mkdir)(store, { recursive: true });
        const wanted = spec.changes !== 'discard' || spec.artifacts.length > 0;
        const image = spec.image ?? run.recorder.record.container.image ?? '';
        const changes = wanted ? await workspace.collect(container.id, image, store, budget) : null;
        collected = changes;
        if (changes && spec.changes !== 'discard')
            await keepChanges(context, spec, changes, budget);
    }
    catch (error) {
        // What the budget's end cut off says so, and not that it is at an end.
        const isCutOff = budget.signal.aborted && !(error instanceof errors/* TaskError */.Ik);
        const cause = isCutOff ? budget.signal.reason : error;
        const failure = changes_failureOf(await explainEngineError(docker, cause), spec, run.identity.container);
        if (run.recorder.record.status !== 'succeeded')
            runner_warning(failure.message, failure.code);
        else if (signals.cancel.aborted)
            settle_settle(run, 'cancelled', cancelledInCollecting(run.identity.container));
        else
            settle_settle(run, 'error', failure);
    }
    return collected;
}
function cancelledInCollecting(container) {
    return new errors/* TaskError */.Ik('ACODE-CTN-009', `The job was cancelled while the changes of the task in ${container} were collected: nothing of them was applied.`, { status: 'cancelled' });
}
function changes_failureOf(why, spec, container) {
    if (why instanceof OverBudgetError)
        return incompleteChanges(why, spec, container);
    if (why instanceof errors/* TaskError */.Ik && why.code === 'ACODE-CTN-010')
        return why;
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `The changes of the task in ${container} could not be collected: ${(0,errors/* sentence */.em)((0,errors/* messageOf */.bD)(why))} Its log and artifacts are in the record.`);
}
async function keepChanges({ run, env, signals }, spec, collected, budget) {
    const { record, paths } = run.recorder;
    const folder = env.GITHUB_WORKSPACE ?? process.cwd();
    const report = await writeChanges(collected, (0,external_node_path_.join)(run.folder.private, 'git'), changeFiles(paths.base), budget);
    if (record.workspace) {
        record.workspace.changedFiles = report.changes.written.size;
        record.workspace.deletedFiles = report.changes.deleted.size;
        record.workspace.ignoredFiles = report.ignored;
        record.workspace.commits = report.commits;
        if (report.warnings.length > 0)
            record.workspace.warnings = [...report.warnings];
    }
    run.recorder.patch = report.file;
    const since = new Date(record.startedAt);
    const moved = await changedSince(folder, report.changes, since);
    if (moved.length > 0)
        runner_warning(`The checkout changed while the task ran (${moved.slice(0, 5).join(', ')}): the patch is against what is there now.`, 'ACODE-CTN-010');
    tell(report);
    if (report.commitsLost !== null)
        throw new errors/* TaskError */.Ik('ACODE-CTN-010', `The commits of the task in ${run.identity.container} could not be bundled: ${report.commitsLost}. Its files are in the record${report.file === null ? ', none of them changed' : ` (${report.file})`}; nothing was applied.`);
    if (spec.changes !== 'apply' || record.status !== 'succeeded')
        return;
    if (!spec.workspaceUncommitted)
        await requireAsGiven(folder, report.changes, collected.baseline);
    await applyChanges(folder, report.changes, since, applierOf(run.owner, env));
    info(signals.cancel.aborted
        ? 'The job was cancelled while the changes were applied to the workspace: that was finished first'
        : 'The changes were applied to the workspace');
}
function tell({ changes, ignored, file, commits, warnings }) {
    for (const warning of warnings)
        runner_warning(warning, 'ACODE-CTN-010');
    const { written, deleted } = changes;
    const parts = [
        written.size > 0 ? `${written.size} ${written.size === 1 ? 'file' : 'files'} written` : null,
        deleted.size > 0 ? `${deleted.size} deleted` : null,
        ignored > 0 ? `${ignored} ignored by git left out` : null,
        commits > 0 ? `commits on ${commits} references` : null,
        changes.special.length > 0 ? `${changes.special.length} sockets, pipes or devices left out` : null,
        file === null ? null : `in ${file}`,
    ];
    const told = parts.filter((part) => part !== null);
    if (told.length > 0)
        info(`Changes: ${told.join(', ')}`);
}
/**
 * Keeps a failed task's working copy on the runner, where that is asked for (GIT-2), within a budget of its own that is
 * as large as that of collecting. What does not fit is left out and named.
 */
async function keepFailed({ docker, run, env, signals }, spec, workspace, container) {
    const { record } = run.recorder;
    const isCopy = workspace.source !== null && 'volume' in workspace.source;
    if (!run.inputs['keep-failed'] || !isCopy || record.status === 'succeeded')
        return;
    const folder = newKeptFolder(env, record.container.name);
    const budget = budgetOf(spec, signals.cancel);
    try {
        await removeEarlierCopies(env, record.container.name);
        const keep = (archive) => keepCopy(archive, folder, budget);
        await docker.copyOut(container.id, workspace.path, keep, [], budget.signal).catch(unlessOver(budget));
        if (record.workspace)
            record.workspace.kept = folder;
        info(`Kept the failed task's working copy in ${folder} (${formatBytes(budget.used.bytes)})`);
        const leftOut = leftOutWarning(budget, spec);
        if (leftOut !== null)
            runner_warning(`The working copy in ${folder} is not whole. ${leftOut}`);
    }
    catch (error) {
        await (0,host_files/* removeFolder */.v$)(folder);
        runner_warning(`The failed task's working copy could not be kept in ${folder}: ${(0,errors/* messageOf */.bD)(error)}`);
    }
}
/** What the budget's end cut off is kept as far as it came. */
const unlessOver = (budget) => (error) => {
    if (!budget.isCutOff() && !(error instanceof OverBudgetError))
        throw error;
};

;// CONCATENATED MODULE: ./build/run/collect.js












/**
 * What the task left for the workflow. That some of it cannot be had is a warning, not the task's failure. Its outputs
 * come first: a bad line among them fails the task, and what a failed task changed is not applied.
 */
async function collectFrom(context, spec, workspace, container) {
    const { run, signals } = context;
    const { recorder } = run;
    const budget = budgetOf(spec, signals.cancel);
    const written = await readFiles(context, container);
    const { fault } = written.outputs;
    if (fault !== null && recorder.record.status === 'succeeded')
        settle_settle(run, 'failed', badOutput(run, fault));
    const changes = await collectChanges(context, spec, workspace, container, budget);
    await keepFailed(context, spec, workspace, container);
    const collected = await collectFiles(context, spec, workspace, container, changes, budget);
    const { artifacts } = collected;
    info(artifactsLine(collected));
    Object.assign(recorder.record, recordedOutputs(written.outputs.all, recorder));
    recorder.record.artifacts = listed(artifacts, ({ name }) => name);
    recorder.record.collection = collectionOf(artifacts, budget);
    const leftOut = leftOutWarning(budget, spec);
    const leaks = await leakWarning(artifacts, recorder, budget.signal);
    const isCutOff = budget.exceeded.has('cancelled') || !collected.isWhole;
    if (isCutOff && signals.cancel.aborted && recorder.record.status === 'succeeded')
        settle_settle(run, 'cancelled', cutOff(run));
    const warnings = [leftOut, leaks].filter((warning) => warning !== null);
    context.collected = {
        ...written,
        ...collected,
        warnings: [...written.warnings, ...collected.warnings, ...warnings],
    };
}
async function readFiles({ docker }, { folders, id }) {
    try {
        return await readWritten((path, maxBytes) => folders.read(id, CONTROL, path, maxBytes));
    }
    catch (error) {
        const why = (0,errors/* messageOf */.bD)(await explainEngineError(docker, error));
        const warning = `Outputs and summary of the task could not be read: ${why}`;
        return { outputs: NO_OUTPUTS, summary: '', warnings: [warning] };
    }
}
async function collectFiles({ run, docker, env }, spec, workspace, { folders, id }, changes, budget) {
    const isEmpty = workspace.method === 'none' && spec.artifacts.length > 0;
    try {
        await tellKept(folders, id);
        const found = await collect_collect({
            artifacts: () => folders.collect(id, CONTROL, 'artifacts', budget),
            workspace: isEmpty
                ? (await folders.collect(id, workspace.path, '', budget)).path
                : (env.GITHUB_WORKSPACE ?? process.cwd()),
            changes: changes === 'lost' ? null : (changes?.changes ?? null),
            // Without its changes, what matches is what the task was given.
            globs: changes === 'lost' ? [] : spec.artifacts,
            to: run.recorder.paths.artifacts,
            budget,
        });
        return { ...found, isWhole: true };
    }
    catch (error) {
        const why = (0,errors/* messageOf */.bD)(await explainEngineError(docker, error));
        const warning = `Artifacts of the task could not be collected: ${why}`;
        return { artifacts: [], warnings: [warning], artifactBytes: 0, unmatched: [], isWhole: false };
    }
}
/** What a record has of a task's outputs: struck like its log, whatever their names, and those that fit. */
function recordedOutputs(outputs, { redaction, taskMasks }) {
    const strike = (text) => redaction.text(taskMasks.text(text));
    const named = [...outputs].filter(([name]) => strike(name) === name);
    const { kept } = fittingOutputs(Object.fromEntries(named.map(([name, value]) => [name, strike(value)])));
    return { outputs: kept, outputsLeftOut: outputs.size - Object.keys(kept).length };
}
/** Says of what the task wrote for later steps that it stays in the task: they are not the task's to steer. */
async function tellKept(folders, id) {
    const files = { GITHUB_ENV: 'env', GITHUB_PATH: 'path' };
    const written = await Promise.all(Object.entries(files).map(async ([name, path]) => ((await folders.read(id, CONTROL, path, 1))?.length ?? 0) > 0 ? [`$${name}`] : []));
    const names = written.flat().join(' and ');
    if (names !== '')
        notice(`What the task wrote to ${names} stays in the task; later steps of the job do not have it. Pass values on through $GITHUB_OUTPUT.`);
}
/** `Artifacts: 3 files, 4 KiB; nothing/*.log matched no file`. */
function artifactsLine({ artifacts, artifactBytes, unmatched, }) {
    const count = artifacts.length === 1 ? '1 file' : `${artifacts.length} files`;
    const found = artifacts.length === 0 ? 'none' : `${count}, ${formatBytes(artifactBytes)}`;
    const named = unmatched.length > run_collect_NAMED ? `${unmatched.slice(0, run_collect_NAMED).join(', ')} …` : unmatched.join(', ');
    return `Artifacts: ${found}${unmatched.length === 0 ? '' : `; ${named} matched no file`}`;
}
const run_collect_NAMED = 10;
const cutOff = (run) => new errors/* TaskError */.Ik('ACODE-CTN-009', `The job was cancelled after the task in ${run.identity.container} had exited with 0, while its outputs and artifacts were collected: not all of them are in the record.`);
/** As in a step of GitHub's own: the lines before it count, the step fails. */
const badOutput = (run, fault) => new errors/* TaskError */.Ik('ACODE-CTN-006', `The task in ${run.identity.container} exited with 0, but ${fault}. What comes before that line is passed on, and nothing behind it. Write NAME=VALUE there, or NAME<<END, the lines of the value, and END.`);
/** A report reads records of up to 16 MiB: of very many artifacts run.json names the first. */
const LONGEST_LIST = 2 * 1024 * 1024;
function listed(artifacts, entry) {
    const found = [];
    let room = LONGEST_LIST;
    for (const one of artifacts.map(entry)) {
        room -= JSON.stringify(one).length + 8;
        if (room < 0)
            break;
        found.push(one);
    }
    return found;
}
function collectionOf(artifacts, budget) {
    const { used, exceeded, leftOut } = budget;
    const renamed = artifacts.filter(({ name, file }) => name !== file);
    return {
        ...used,
        exceeded: [...exceeded],
        leftOut: { count: leftOut.count, names: [...leftOut.names] },
        artifacts: artifacts.length,
        renamed: listed(renamed, ({ name, file }) => ({ name, file })),
    };
}

;// CONCATENATED MODULE: ./build/run/context.js

/**
 * Ends a run between two steps where its job is cancelled.
 * @throws TaskError ACODE-CTN-009
 */
function throwIfCancelled({ signals, run }) {
    if (!signals.cancel.aborted)
        return;
    throw new errors/* TaskError */.Ik('ACODE-CTN-009', `The job was cancelled before the task of ${run.identity.container} was started.`, { status: 'cancelled' });
}

;// CONCATENATED MODULE: ./build/container/command.js




/** GitHub's meaning of `shell:` (workflow syntax, jobs.<id>.steps[*].shell), for shells that images have. */
const command_SHELLS = {
    sh: { template: ['sh', '-e', '{0}'], extension: '.sh' },
    bash: { template: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'], extension: '.sh' },
    python: { template: ['python', '{0}'], extension: '.py' },
    pwsh: {
        template: ['pwsh', '-command', ". '{0}'"],
        extension: '.ps1',
        wrap: (script) => `$ErrorActionPreference = 'stop'\n${script}\nif ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }\n`,
    },
};
/**
 * The container's command. A script runs in place of the image's ENTRYPOINT, as in GitHub's own container
 * jobs; a command list is passed to it. An entrypoint that the task names gets either as its arguments, so
 * that set-up scripts which end in `exec "$@"` work (IMG-7). Where the task names neither, the image's own command
 * runs; an empty entrypoint takes the image's away from it.
 * @param image null where it is not known
 * @throws TaskError ACODE-CTN-006 for a shell template that is none, and for an image that has nothing to run
 */
function commandOf(spec, image = null) {
    const [entrypoint, ...entrypointArgs] = spec.entrypoint ?? [];
    const { argv, script } = spec.run === undefined ? { argv: spec.command ?? [], script: null } : scriptCommand(spec.run, spec.shell);
    if (entrypoint !== undefined)
        return { entrypoint, args: [...entrypointArgs, ...argv], script };
    const isImagesOff = script !== null || spec.entrypoint !== undefined;
    const whole = argv.length === 0 ? (image?.command ?? []) : argv;
    if (image !== null && whole.length === 0 && (isImagesOff || image.entrypoint.length === 0))
        throw nothingToRun();
    if (!isImagesOff)
        return { entrypoint: null, args: whole, script };
    const [first, ...args] = whole;
    return { entrypoint: first ?? null, args, script };
}
const nothingToRun = () => new errors/* TaskError */.Ik('ACODE-CTN-006', 'The task names neither run nor command, and its image has no command of its own to run in their place. Write run: … or command: […].');
/**
 * The same command behind a shell that first sets the variables which the control folder's file `environment` has
 * ({@link environmentScript}).
 */
function withEnvironment(command, image) {
    const argv = [...(command.entrypoint === null ? image.entrypoint : [command.entrypoint]), ...command.args];
    const script = `. ${CONTROL_PATHS.environment} && exec "$@"`;
    return { ...command, entrypoint: '/bin/sh', args: ['-c', script, 'sh', ...argv] };
}
/** The text of that file. */
const environmentScript = (variables) => Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('');
function scriptCommand(run, shellName) {
    const shell = (Object.hasOwn(command_SHELLS, shellName) && command_SHELLS[shellName]) || customShell(shellName);
    const path = `script${shell.extension}`;
    const text = isPosix(shell) ? run.replaceAll('\r\n', '\n') : run;
    return {
        argv: shell.template.map((part) => part.replaceAll('{0}', `${CONTROL}/${path}`)),
        script: { path, content: shell.wrap?.(text) ?? endWithNewline(text) },
    };
}
/** Shells to which the CR of a line that ends in CRLF is a part of its last word. */
const POSIX_SHELLS = new Set(['sh', 'bash', 'ash', 'dash', 'ksh', 'mksh', 'yash', 'zsh']);
/** True where a POSIX shell reads the script, also behind another program such as `env` or `busybox`. */
const isPosix = ({ template }) => template.some((part) => POSIX_SHELLS.has((0,posix_.basename)(part)));
function customShell(template) {
    const hint = `Use one of ${Object.keys(command_SHELLS).join(', ')}, or a template that holds {0} for the script's path, such as "perl {0}".`;
    try {
        const parts = shellWords(template);
        if (parts.length > 1 && template.includes('{0}'))
            return { template: parts, extension: '' };
    }
    catch (error) {
        if (!(error instanceof QuotingError))
            throw error;
        throw new errors/* TaskError */.Ik('ACODE-CTN-006', `The shell "${template}" is no template: ${error.message}. ${hint}`);
    }
    throw new errors/* TaskError */.Ik('ACODE-CTN-006', `The shell "${template}" is not known. ${hint}`);
}
const endWithNewline = (script) => (script.endsWith('\n') ? script : `${script}\n`);
const command_LONGEST_SUMMARY = 200;
/**
 * The command in one line for records and people. Values that are known to be secret are struck out, and of a
 * script only its shell and size are told: a script may hold secrets that the workflow wrote into it.
 */
function summarizeCommand(command, redaction) {
    const argv = [...(command.entrypoint === null ? [] : [command.entrypoint]), ...command.args];
    const lines = command.script?.content.trimEnd().split('\n').length;
    // Struck out before it is quoted: quotation marks change what a secret looks like.
    const text = argv
        .map((part) => redaction.text(part))
        .map((part) => (/^[\w@%+=:,./*-]+$/.test(part) ? part : JSON.stringify(part)))
        .join(' ');
    const struck = redaction.text(text);
    const short = struck.length > command_LONGEST_SUMMARY ? `${struck.slice(0, command_LONGEST_SUMMARY - 1)}…` : struck;
    return lines === undefined ? short : `${short} (${lines} ${lines === 1 ? 'line' : 'lines'})`;
}

;// CONCATENATED MODULE: ./build/container/limits.js
/** The limits that hold for a task, as its record tells them; null for each that does not. */
function limits_limitsOf({ cpus, memory, pids }, { hasLimits }) {
    if (!hasLimits)
        return { cpus: null, memoryBytes: null, pids: null };
    return { cpus: cpus ?? null, memoryBytes: memory ?? null, pids };
}
/**
 * What to say where the engine would let a task run without the limits that it asks for, and say nothing (CTN-14).
 * The number of processes has a default, so nobody asked for it.
 */
function unlimitedWarning({ cpus, memory }, { hasLimits }) {
    if (hasLimits || (cpus === undefined && memory === undefined))
        return null;
    return 'cpus and memory do not limit this task: the rootless engine has no control groups. It has them on a machine with control groups v2 where systemd starts it.';
}

;// CONCATENATED MODULE: ./build/workspace/helper.js

/** Makes a container that is never started: files are read and written through it. Gives its id. */
function createHelper(docker, { name, labels, image, options = [] }) {
    return docker.call([
        'create',
        ...['--name', `${name}.helper-${(0,external_node_crypto_.randomBytes)(6).toString('hex')}`],
        ...['--pull', 'never', '--network', 'none', '--entrypoint', '/none'],
        ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
        ...options,
        image,
    ]);
}

;// CONCATENATED MODULE: ./build/workspace/volume.js





/** Volumes for a workspace, with its labels, so that they are found whoever dies. */
function volumesFor({ docker, name, labels, }) {
    const made = [];
    const nonce = (0,external_node_crypto_.randomBytes)(3).toString('hex');
    return {
        async create(suffix, options = []) {
            const volume = `${name}.${suffix}-${nonce}`;
            made.push(volume);
            const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
            await asUnusable(() => docker.call(['volume', 'create', ...labelled, ...options, volume]));
            return volume;
        },
        async mountpoints(names) {
            const text = await docker.call(['volume', 'inspect', '--format', '{{.Mountpoint}}', ...names]);
            return text.split('\n');
        },
        async remove() {
            const names = made.splice(0);
            if (names.length === 0)
                return;
            const command = ['volume', 'rm', '--force', ...names];
            try {
                await docker.call(command);
            }
            catch (error) {
                throw new errors/* TaskError */.Ik('ACODE-CTN-002', `Volumes of ${name} could not be removed: ${(0,errors/* sentence */.em)((0,errors/* messageOf */.bD)(error))} Remove them with: docker ${command.join(' ')}`, { cause: error });
            }
        },
    };
}
/** Makes a workspace of volumes. Where that fails, those that were made go at once: another method is tried next. */
async function withVolumes(request, prepare) {
    const volumes = volumesFor(request);
    try {
        return await prepare(volumes);
    }
    catch (error) {
        await volumes.remove();
        throw error;
    }
}
/**
 * What the engine refuses is a method that it does not have, not the task's failure; but a full disk is full for
 * every method.
 * @throws UnusableMethodError
 * @throws TaskError ACODE-CTN-010
 */
async function asUnusable(work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof EngineError) || error.kind !== 'failed')
            throw error;
        if (isDiskFull(error))
            throw new errors/* TaskError */.Ik('ACODE-CTN-010', `The engine’s disk is full: ${(0,errors/* sentence */.em)(error.message)} Nothing of the task’s workspace is kept; free space there, for instance with: docker system prune`, { cause: error });
        throw new UnusableMethodError(error.message);
    }
}
/**
 * Does work with containers that are never started, one for each list of mounts: what has volumes mounted can be
 * read and filled through the engine, whatever the task's own container allows.
 */
async function withHelpers(docker, request, work) {
    const created = await Promise.allSettled(request.mounts.map((mounts) => createHelper(docker, {
        ...request,
        options: mounts.flatMap(([volume, target]) => [
            '--mount',
            `type=volume,source=${volume},target=${target},volume-nocopy`,
        ]),
    })));
    const helpers = created.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    try {
        for (const one of created)
            if (one.status === 'rejected')
                throw one.reason;
        return await work(helpers);
    }
    finally {
        await removeHelpers(docker, helpers);
    }
}
/**
 * With the anonymous volumes of what the image declares. A helper that cannot be removed holds its volumes: their
 * removal reports it, and post removes both by their labels.
 */
async function removeHelpers(docker, helpers) {
    try {
        if (helpers.length > 0)
            await docker.call(['rm', '--force', '--volumes', ...helpers]);
    }
    catch (error) {
        if (!(error instanceof EngineError))
            throw error;
    }
}

;// CONCATENATED MODULE: ./build/container/user.js

/** The largest id that engines take. */
const user_LARGEST_ID = 2 ** 31 - 1;
/**
 * The user that a task is to run as.
 * @throws TaskError ACODE-CTN-011 where that is root and may not be
 */
function wantedUser(spec, imageUser, runner) {
    const wanted = spec.user === 'runner'
        ? { user: runner.uid, group: runner.gid }
        : parseUser(spec.user === 'image' ? imageUser : spec.user);
    // Not digits, but engines read them as a number.
    const isRoot = wanted.user === 0 || /^[+-]0+$/.test(String(wanted.user));
    if (isRoot && !mayBeRoot(spec, runner))
        throw user_refused(spec, 'as root');
    return wanted;
}
/** Reads `USER` of an image, or the input. Nothing before the group, or nothing at all, is root as for any engine. */
function parseUser(text) {
    const [, user = '', group = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
    return {
        user: user === '' || user === 'root' ? 0 : (digits(user) ?? user),
        group: group === '' ? null : (digits(group) ?? group),
    };
}
/** An id in digits; null for anything else, `+0` and `0x0` too. */
function digits(text) {
    return /^\d+$/.test(text) && Number(text) <= user_LARGEST_ID ? Number(text) : null;
}
/** True where the image's own users and groups have to be read. */
const needsLook = ({ user, group }) => typeof user === 'string' || typeof group === 'string' || (group === null && user !== 0);
/**
 * The numbers of a user, as an engine finds them: a user without a group has the group of its entry, and the groups
 * that list it.
 * @throws TaskError ACODE-CTN-006 for a name that the image does not have, ACODE-CTN-011 for root where it is refused
 */
function resolveUser(wanted, files, spec, runner) {
    const entry = usersOf(files.passwd).find(({ name, uid }) => typeof wanted.user === 'string' ? name === wanted.user : uid === wanted.user);
    const uid = typeof wanted.user === 'string' ? entry?.uid : wanted.user;
    if (uid === undefined)
        throw unknown(spec, `user ${JSON.stringify(wanted.user)}`, '/etc/passwd');
    const groups = groupsOf(files.group);
    const gid = typeof wanted.group === 'string'
        ? groups.find(({ name }) => name === wanted.group)?.gid
        : (wanted.group ?? entry?.gid ?? (mayBeRoot(spec, runner) ? 0 : uid));
    if (gid === undefined)
        throw unknown(spec, `group ${JSON.stringify(wanted.group)}`, '/etc/group');
    const further = wanted.group === null && entry && uid !== 0
        ? groups.filter(({ members }) => members.includes(entry.name)).map((one) => one.gid)
        : [];
    const user = {
        option: `${uid}:${gid}`,
        uid,
        gid,
        groups: [...new Set(further)].filter((one) => one !== gid),
    };
    if (!mayBeRoot(spec, runner)) {
        if (uid === 0)
            throw user_refused(spec, 'as root');
        if (runner.gid !== 0 && [gid, ...user.groups].includes(0))
            throw user_refused(spec, 'in the group of root');
    }
    return user;
}
const mayBeRoot = ({ profile }, { uid }) => profile !== 'strict' || uid === 0;
function user_refused({ user }, how) {
    return new errors/* TaskError */.Ik('ACODE-CTN-011', `The task would run ${how} (user: ${user}), which profile strict refuses on a runner that is not root itself. ` +
        'Use user: runner, an image with a USER of its own, or profile: standard.');
}
function unknown({ user }, what, file) {
    return new errors/* TaskError */.Ik('ACODE-CTN-006', `The task cannot run as user: ${user}: the image has no ${what} in its ${file}. Use user: runner, or numbers such as user: 1000:1000.`);
}
/** The entries of an /etc/passwd. Those whose ids are not digits are none, whatever an engine makes of them. */
function usersOf(passwd) {
    return passwd.split('\n').flatMap((line) => {
        const [name = '', , uid = '', gid = ''] = line.split(':');
        const ids = { uid: digits(uid), gid: digits(gid) };
        return name !== '' && ids.uid !== null && ids.gid !== null ? [{ name, uid: ids.uid, gid: ids.gid }] : [];
    });
}
/** The entries of an /etc/group, likewise. */
function groupsOf(group) {
    return group.split('\n').flatMap((line) => {
        const [name = '', , gid = '', members = ''] = line.split(':');
        const id = digits(gid);
        return name !== '' && id !== null ? [{ name, gid: id, members: members.trim().split(',') }] : [];
    });
}

;// CONCATENATED MODULE: ./build/container/account.js


/** What a user is called that the image does not know; on GitHub's own machines, where it works, it is that too. */
const NAME = 'runner';
/** The account of a user in an image with these files. */
function accountOf({ uid, gid }, { passwd, group }, home) {
    const users = usersOf(passwd);
    const groups = groupsOf(group);
    const user = users.find((one) => one.uid === uid);
    const name = user?.name ?? freeName(uid, users);
    const files = [];
    if (!user) {
        const entry = `${name}:x:${uid}:${gid}:${name}:${homeField(home)}:/bin/sh`;
        files.push({ path: '/etc/passwd', content: withLine(passwd, entry) });
    }
    if (!groups.some((one) => one.gid === gid))
        files.push({ path: '/etc/group', content: withLine(group, `${freeName(gid, groups)}:x:${gid}:`) });
    return { name, files };
}
const freeName = (id, taken) => taken.some(({ name }) => name === NAME) ? `${NAME}-${id}` : NAME;
/** A field of passwd holds no colon and no line end. */
const homeField = (home) => home !== undefined && /^\/[^:\r\n]*$/.test(home) ? home : CONTROL_PATHS.home;
const withLine = (text, line) => `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;

;// CONCATENATED MODULE: ./build/container/account-files.js



/** Everybody may read them, as in any system. */
const MODE = 0o644;
/** The account's files as mounts of a folder of the runner, where the engine sees it; also over a read-only root. */
const accountMounts = (engineFolder, { files }) => files.map(({ path }) => ({
    type: 'bind',
    source: (0,external_node_path_.join)(engineFolder, (0,external_node_path_.basename)(path)),
    target: path,
    readOnly: true,
}));
/** Writes them into that folder. */
async function writeAccount(folder, { files }) {
    for (const { path, content } of files)
        await (0,external_node_fs_promises_.writeFile)((0,external_node_path_.join)(folder, (0,external_node_path_.basename)(path)), content, { encoding: 'latin1', mode: MODE });
}
/** Writes them into a container that has not started: for engines that see no files of the runner. */
async function sendAccount(docker, container, { files }) {
    if (files.length === 0)
        return;
    const entries = files.map(({ path, content }) => {
        const bytes = Buffer.from(content, 'latin1');
        const root = { uid: 0, gid: 0, mode: MODE };
        return { path: path.slice(1), type: 'file', ...root, size: bytes.length, content: [bytes] };
    });
    await docker.copyIn(container, '/', writeTar(entries));
}

;// CONCATENATED MODULE: ./build/container/environment.js

/** The harmless ones of the runner's variables; all else of the runner's environment stays out. */
const PASSED = [
    'GITHUB_REPOSITORY',
    'GITHUB_REPOSITORY_OWNER',
    'GITHUB_REF',
    'GITHUB_REF_NAME',
    'GITHUB_REF_TYPE',
    'GITHUB_HEAD_REF',
    'GITHUB_BASE_REF',
    'GITHUB_SHA',
    'GITHUB_RUN_ID',
    'GITHUB_RUN_NUMBER',
    'GITHUB_RUN_ATTEMPT',
    'GITHUB_WORKFLOW',
    'GITHUB_JOB',
    'GITHUB_ACTOR',
    'GITHUB_EVENT_NAME',
    'GITHUB_SERVER_URL',
    'GITHUB_API_URL',
    'RUNNER_ARCH',
    'RUNNER_ENVIRONMENT',
    'RUNNER_OS',
];
/** The container's variables: GitHub's harmless ones, then the task's own, then those that our promises rest on. */
function environmentOf(identity, workspacePath, runner, own, userName) {
    const passed = PASSED.flatMap((name) => {
        const value = runner[name];
        return value === undefined ? [] : [[name, value]];
    });
    return {
        CI: 'true',
        // Whoever the task runs as, the workspace is its own: git need not doubt it (safe.directory).
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'safe.directory',
        GIT_CONFIG_VALUE_0: '*',
        HOME: CONTROL_PATHS.home,
        USER: userName,
        LOGNAME: userName,
        ...Object.fromEntries(passed),
        ...own,
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: workspacePath,
        GITHUB_OUTPUT: CONTROL_PATHS.output,
        GITHUB_ENV: CONTROL_PATHS.env,
        GITHUB_PATH: CONTROL_PATHS.path,
        GITHUB_EVENT_PATH: CONTROL_PATHS.event,
        GITHUB_STEP_SUMMARY: CONTROL_PATHS.summary,
        ARTIFACT_DIR: CONTROL_PATHS.artifacts,
        ACODE_SESSION: identity.session,
        ACODE_TASK: identity.task,
    };
}
/** Variables that the engine's CLI, the loader, its helpers or a shell around it read: theirs must not become the task's. */
const READ_BY_CLI = new RegExp(`^(${[
    'PATH|HOME|TMPDIR|LANG|LC_\\w+|SHELL|USER|BASH_ENV|IFS|PS4|NOTIFY_SOCKET',
    'LD_\\w+|DYLD_\\w+|GLIBC_TUNABLES|MALLOC_\\w+|LOCPATH|NLSPATH|GCONV_PATH|RES_OPTIONS|LOCALDOMAIN|HOSTALIASES',
    'DOCKER_(HOST|CONTEXT|CONFIG|API_VERSION|CERT_PATH|TLS|TLS_VERIFY|AUTH_CONFIG|DEFAULT_PLATFORM|HIDE_LEGACY_COMMANDS|CUSTOM_HEADERS|DRIVER|CONTENT_TRUST\\w*|CLI_\\w+|BUILDKIT)',
    'BUILDKIT_PROGRESS|BUILDX_\\w+|CONTAINER_(HOST|SSHKEY|CONNECTION|TLS_\\w+|PASSPHRASE|PROXY)|CONTAINERS_\\w+|PODMAN_\\w+',
    'REGISTRY_AUTH_FILE|STORAGE_(DRIVER|OPTS)|SSH_(AUTH_SOCK|ASKPASS|ASKPASS_REQUIRE|AGENT_PID|CLIENT|CONNECTION|TTY)',
    'XDG_(RUNTIME_DIR|CONFIG_HOME|CONFIG_DIRS|DATA_HOME|DATA_DIRS|CACHE_HOME|STATE_HOME)|DBUS_SESSION_BUS_ADDRESS',
    'GO(DEBUG|MAXPROCS|GC|TRACEBACK|MEMLIMIT|COVERDIR|RACE)|SSL_CERT_(FILE|DIR)|OTEL_\\w+',
    '(HTTPS?|ALL|NO|FTP)_PROXY|(https?|all|no|ftp)_proxy|ACODE_ENGINE\\w*',
].join('|')})$`);
/** The longest line that the CLI reads of an `--env-file`, with room for the name. */
const environment_LONGEST_LINE = 60_000;
/** Divides the variables between the three ways. */
function transportEnvironment(environment) {
    const entries = Object.entries(environment);
    const byName = entries.filter(([name]) => !READ_BY_CLI.test(name));
    const readByCli = entries.filter(([name]) => READ_BY_CLI.test(name));
    return {
        byName: byName.map(([name]) => name),
        cliEnvironment: Object.fromEntries(byName),
        file: readByCli
            .filter(fitsFile)
            .map(([name, value]) => `${name}=${value}\n`)
            .join(''),
        inTask: Object.fromEntries(readByCli.filter((entry) => !fitsFile(entry))),
    };
}
/** True of a value that is one line, which the CLI reads to its end. */
const fitsFile = ([, value]) => !/\n|\r$/.test(value) && Buffer.byteLength(value) < environment_LONGEST_LINE;

;// CONCATENATED MODULE: ./build/container/folders.js











/** How Docker and Podman say that a container has no such path. */
const folders_NOT_THERE = /could not find the file|could not be found|no such file/i;
/**
 * Fresh folders as folders of the runner: no call of the engine, nothing copied. Right where the engine sees
 * the runner's files and what the task writes stays the runner's to delete ({@link canBind}).
 */
function bindFolders(root, engineRoot, folders, runner) {
    const nameOf = (target) => `folder-${folders.findIndex((folder) => folder.target === target)}`;
    const hostPath = (target) => (0,external_node_path_.join)(root, nameOf(target));
    return {
        kind: 'bind',
        mounts: folders.map(({ target }) => ({ type: 'bind', source: (0,external_node_path_.join)(engineRoot, nameOf(target)), target })),
        async prepare() {
            for (const { target } of folders) {
                await (0,host_files/* removeFolder */.v$)(hostPath(target)); // of a try with another workspace method
                await (0,external_node_fs_promises_.mkdir)(hostPath(target), { recursive: true });
            }
        },
        async load(_filler, user) {
            const give = async (path, mode) => {
                await (0,external_node_fs_promises_.chmod)(path, mode);
                if (user.uid !== runner.inside.uid)
                    await (0,external_node_fs_promises_.chown)(path, user.uid, user.gid);
            };
            for (const { target, entries } of folders) {
                await give(hostPath(target), FOLDER_MODE);
                for (const entry of entries) {
                    const path = (0,external_node_path_.join)(hostPath(target), entry.path);
                    if (entry.kind === 'folder')
                        await (0,external_node_fs_promises_.mkdir)(path);
                    else
                        await (0,external_node_fs_promises_.writeFile)(path, entry.content, { mode: 0o600 });
                    await give(path, folders_modeOf(entry));
                }
            }
        },
        read: (_container, target, path, maxBytes) => readUntrusted((0,external_node_path_.join)(hostPath(target), path), maxBytes),
        collect: async (_container, target, path) => ({ path: (0,external_node_path_.join)(hostPath(target), path), isDrawn: false }),
    };
}
/**
 * True where the task leaves nothing in folders of the runner that the runner cannot delete: it runs as the runner's
 * user and cannot become another, or the runner is root itself. Root's privileges, which a rootless engine's
 * containers have in profile standard, make other users' files.
 */
function canBind(user, runner, profile) {
    if (runner.uid === 0)
        return true;
    return user.uid === runner.inside.uid && (user.uid !== 0 || profile === 'strict');
}
/**
 * Fresh folders as anonymous volumes, filled and read through the engine: works with an engine on any machine,
 * and the engine deletes whatever the task made with the container.
 */
function volumeFolders(docker, root, folders) {
    return {
        kind: 'volume',
        mounts: folders.map(({ target }) => ({ type: 'volume', name: null, target })),
        prepare: async () => undefined,
        load: (filler, user) => folders_fill(docker, filler, folders, user),
        async read(container, target, path, maxBytes) {
            let content = null;
            const read = async (archive) => {
                content = await onlyFile(archive, maxBytes);
            };
            try {
                await docker.copyOut(container, (0,external_node_path_.join)(target, path), read);
            }
            catch (error) {
                if (error instanceof ReadEnough)
                    return error.content;
                if (!folders_isNotThere(error))
                    throw error;
            }
            return content;
        },
        async collect(container, target, path, budget) {
            const to = await (0,external_node_fs_promises_.mkdtemp)((0,external_node_path_.join)(root, 'collected-'));
            const extract = (archive) => extractFiles(archive, to, budget);
            await docker
                .copyOut(container, (0,external_node_path_.join)(target, path), extract, [], budget.signal)
                .catch((error) => {
                if (!(error instanceof OverBudgetError || folders_isNotThere(error)))
                    throw error;
            });
            return { path: (0,external_node_path_.join)(to, (0,external_node_path_.basename)((0,external_node_path_.join)(target, path))), isDrawn: true };
        },
    };
}
/** What the task has removed is not there to be brought: of a folder on the runner it is the same. */
const folders_isNotThere = (error) => error instanceof EngineError && folders_NOT_THERE.test(error.message);
/** What follows in an archive is not wanted, and may be as large as the task likes. */
class ReadEnough extends Error {
    content;
    constructor(content) {
        super('the rest of the archive is not wanted');
        this.content = content;
    }
}
/**
 * The content of the file that an archive is of; null where it is of something else.
 * @throws ReadEnough with the first bytes of a file that is larger
 */
async function onlyFile(archive, maxBytes) {
    let content = null;
    for await (const item of readTar(archive)) {
        if (item.type === 'folder')
            throw new ReadEnough(null);
        if (item.size > maxBytes)
            throw new ReadEnough(await firstBytes(item.content, maxBytes));
        if (item.type === 'file')
            content = await tar_reader_bytesOf(item);
    }
    return content;
}
async function firstBytes(content, count) {
    const chunks = [];
    let missing = count;
    for await (const chunk of content) {
        chunks.push(chunk.subarray(0, missing));
        missing -= chunk.length;
        if (missing <= 0)
            break;
    }
    return Buffer.concat(chunks);
}
/** Gives the root of each folder, and what is to be in it, to the task's user. */
async function folders_fill(docker, filler, folders, user) {
    const ids = { uid: user.uid, gid: user.gid };
    for (const { target, entries } of folders) {
        const name = (0,external_node_path_.basename)(target);
        const root = { path: name, type: 'folder', mode: FOLDER_MODE, ...ids };
        const inside = entries.map((entry) => tarEntry(name, entry, ids));
        await docker.copyIn(filler, (0,external_node_path_.dirname)(target), writeTar([root, ...inside]));
    }
}
/**
 * Does work that copies into a container's volumes. Engines refuse copies next to a mount of a container whose
 * root is read-only: then a helper that is never started shares its volumes and takes them.
 */
async function withFiller(docker, container, readOnly, work) {
    if (!readOnly)
        return work(container);
    const helper = await createSharing(docker, container);
    try {
        return await work(helper);
    }
    finally {
        await docker.call(['rm', '--force', '--volumes', helper]);
    }
}
const folders_containerSchema = schemas/* object */.Ikc({
    Name: schemas/* string */.YjP(),
    Image: schemas/* string */.YjP(),
    Config: schemas/* object */.Ikc({ Labels: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()) }),
});
async function createSharing(docker, container) {
    const json = await docker.call(['container', 'inspect', '--format', '{{json .}}', container]);
    const { Name, Image, Config } = folders_containerSchema.parse(JSON.parse(json));
    return createHelper(docker, {
        name: Name.replace(/^\//, ''),
        // It never starts, so it has nothing to give back.
        labels: { ...Config.Labels, ...sharedLabel(null) },
        image: Image,
        options: ['--volumes-from', container],
    });
}
function tarEntry(root, entry, ids) {
    const base = { path: `${root}/${entry.path}`, mode: folders_modeOf(entry), ...ids };
    if (entry.kind === 'folder')
        return { ...base, type: 'folder' };
    const content = Buffer.from(entry.content);
    return { ...base, type: 'file', size: content.length, content: [content] };
}
const FOLDER_MODE = 0o755;
function folders_modeOf(entry) {
    if (entry.kind === 'folder')
        return FOLDER_MODE;
    return { secret: 0o400, script: 0o555, written: 0o644 }[entry.mode];
}

;// CONCATENATED MODULE: ./build/container/user-files.js




/** Far more than any image's users take; an image can have anything under these names. */
const user_files_LONGEST = 4 * 1024 * 1024;
/**
 * Reads an image's users and groups from a container of it.
 * @throws TaskError ACODE-CTN-006 where they are no files such as engines read
 */
async function readUserFiles(docker, container) {
    const [passwd, group] = await Promise.all([
        user_files_readFile(docker, container, '/etc/passwd'),
        user_files_readFile(docker, container, '/etc/group'),
    ]);
    return { passwd, group };
}
async function user_files_readFile(docker, container, path) {
    const chunks = [];
    try {
        await docker.copyOut(container, path, async (archive) => {
            for await (const { type, size, content } of readTar(archive)) {
                if (type !== 'file' || size > user_files_LONGEST)
                    throw unreadable(path);
                for await (const chunk of content)
                    chunks.push(chunk);
            }
        }, ['--follow-link']);
    }
    catch (error) {
        if (error instanceof EngineError && folders_NOT_THERE.test(error.message))
            return '';
        throw error;
    }
    return Buffer.concat(chunks).toString('latin1');
}
const unreadable = (path) => new errors/* TaskError */.Ik('ACODE-CTN-006', `The image's ${path} is no file of users, by which its USER could be found. Use user: runner, or numbers such as user: 1000:1000.`);

;// CONCATENATED MODULE: ./build/container/image-files.js




/** Answers questions about an image's files through one container of it, made with the first of them. */
class ImageFiles {
    #docker;
    #makeHelper;
    #helper = null;
    constructor(docker, makeHelper) {
        this.#docker = docker;
        this.#makeHelper = makeHelper;
    }
    /**
     * The image's users and groups.
     * @throws TaskError ACODE-CTN-006 where they are no files such as engines read
     */
    async users() {
        return readUserFiles(this.#docker, await this.#container());
    }
    /** True where the image has a folder at a path, links followed. */
    async hasFolder(path) {
        return (await firstType(this.#docker, await this.#container(), path)) === 'folder';
    }
    /** Removes the container where one was made. */
    async end() {
        if (this.#helper)
            await this.#docker.call(['rm', '--force', '--volumes', await this.#helper]);
    }
    #container() {
        this.#helper ??= this.#makeHelper();
        return this.#helper;
    }
}
/** What is at a path is known; what is below it may be large. */
class Seen extends Error {
}
/** What is at a path of a container; null where nothing is. */
async function firstType(docker, container, path) {
    let type = null;
    try {
        await docker.copyOut(container, path, async (archive) => {
            for await (const item of readTar(archive)) {
                type = item.type;
                throw new Seen();
            }
        }, ['--follow-link']);
    }
    catch (error) {
        const isKnown = error instanceof Seen || (error instanceof EngineError && folders_NOT_THERE.test(error.message));
        if (!isKnown)
            throw error;
    }
    return type;
}

;// CONCATENATED MODULE: ./build/container/shared-folders.js




/**
 * What a task may write to of the runner's; null where nothing. Only what is in the runner's workspace and temporary
 * folder is the runner's user's to have.
 */
function sharedFolders({ mounts, profile }, workspace, user, runner, { runnerPath, temp, now }) {
    const own = workspace.method === 'bind' ? [{ target: workspace.path, folder: runnerPath }] : [];
    const mounted = mounts
        .filter(({ readOnly }) => !readOnly)
        .map(({ source, target }) => ({ target, folder: (0,external_node_path_.resolve)(runnerPath, source) }));
    const isForeign = (folder) => !canBind(user, runner, profile) && ((0,host_files/* isWithin */.UO)(folder, runnerPath) || (0,host_files/* isWithin */.UO)(folder, temp));
    const folders = [...own, ...mounted].map(({ target, folder }) => ({
        target,
        folder: withoutLinks(folder),
        foreign: isForeign(folder),
    }));
    return folders.length === 0 ? null : { ...runner, since: now, folders };
}
/** Later a link on the way could be the task's. */
function withoutLinks(path) {
    try {
        return (0,external_node_fs_.realpathSync)(path);
    }
    catch {
        return path; // it is not there: the engine, or a check of ours, says so
    }
}

;// CONCATENATED MODULE: ./build/container/volumes.js




/** The caches of a task: volumes of this repository alone, whatever others call theirs. */
function cachesOf({ cacheVolumes }, { server, name }) {
    const hash = (0,external_node_crypto_.createHash)('sha256').update(`${server}/${name}`).digest('hex').slice(0, 12);
    return cacheVolumes.map((cache) => ({ ...cache, volume: `acode-cache-${hash}-${cache.name}` }));
}
/** The labels that make a volume a cache. It is managed by nobody: sweeps are about what is. */
const cacheLabels = (cache, repository) => ({
    [LABEL.cache]: cache.name,
    [LABEL.repository]: repository.name,
});
/** Caches as mounts. The engine makes those that are not there yet, with their labels. */
const cacheMounts = (caches, repository) => caches.map((cache) => ({
    type: 'volume',
    name: cache.volume,
    target: cache.target,
    labels: cacheLabels(cache, repository),
}));
/** The names that engines give to volumes that have none: somebody's container has it for itself. */
const ANONYMOUS = /^[0-9a-f]{64}$/;
/**
 * Refuses volumes that are not this repository's to use.
 * @throws TaskError ACODE-CTN-011, or ACODE-CTN-006 for a volume that is not there
 */
function judgeVolumes(caches, engineVolumes, repository, found) {
    for (const cache of caches) {
        const volume = found.get(cache.volume);
        if (volume && !volumes_isOwn(volume, cache, repository))
            throw new errors/* TaskError */.Ik('ACODE-CTN-011', `The cache volume ${cache.name} is refused: the engine's volume ${cache.volume} has no label of this repository's cache, so that somebody else made it. ` +
                `Use another name, remove it with: docker volume rm ${cache.volume}, or mount it as it is with engine-volumes: ${cache.volume}:${cache.target}`);
    }
    for (const { name } of engineVolumes) {
        const volume = found.get(name);
        const why = ANONYMOUS.test(name) ? 'it is a container’s own' : volume && whyForeign(volume, repository);
        if (why)
            throw new errors/* TaskError */.Ik('ACODE-CTN-011', `The volume ${name} in engine-volumes is refused: ${why}. Use cache-volumes, or a volume that is made for sharing: docker volume create NAME`);
        if (!volume)
            throw new errors/* TaskError */.Ik('ACODE-CTN-006', `The volume ${name} in engine-volumes is not on the engine. Correct the name, make it before this step with: docker volume create ${name}, or use cache-volumes.`);
    }
}
const volumes_isOwn = (volume, cache, repository) => volume.managed === '' && volume.cache === cache.name && volume.repository === repository.name;
function whyForeign({ managed, cache, repository }, own) {
    if (managed !== '')
        return 'it is part of another task';
    return cache !== '' && repository !== own.name
        ? `it is a cache of ${repository || 'another repository'}`
        : null;
}
/** Looks volumes up by their names, in one call. */
async function findVolumes(docker, names) {
    if (names.length === 0)
        return new Map();
    const labels = [LABEL.managed, LABEL.cache, LABEL.repository].map((key) => `{{json (.Label "${key}")}}`);
    const format = ['{{json .Name}}', ...labels].join('\t');
    // The engine's filter takes parts of names too.
    const filters = names.flatMap((name) => ['--filter', `name=${name}`]);
    const text = await docker.call(['volume', 'ls', ...filters, '--format', format], {
        timeoutMs: BOUNDS.query,
    });
    const rows = text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t').map((part) => String(JSON.parse(part))));
    return new Map(rows.map(([name = '', managed = '', cache = '', repository = '']) => [
        name,
        { managed, cache, repository },
    ]));
}

;// CONCATENATED MODULE: ./build/container/workdir.js




/** The task's working directory in the container; by default the workspace. */
const workdirOf = (workdir, workspace) => workdir === undefined ? workspace : (0,external_node_path_.isAbsolute)(workdir) ? workdir : (0,external_node_path_.join)(workspace, workdir);
/** The folders from a workspace down to a path below it: `a/b` → `a`, `a/b`; none for a path elsewhere. */
function foldersBetween(workspace, path) {
    if (!(0,host_files/* isWithin */.UO)(path, workspace))
        return [];
    const parts = (0,external_node_path_.relative)(workspace, path)
        .split('/')
        .filter((part) => part !== '');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
/** What the engine itself puts into every container. */
const ENGINES = ['/dev', '/proc', '/sys'];
/**
 * The working directory has to be there: the engine would make a missing one, as root, in the runner's folder too.
 * @throws TaskError ACODE-CTN-006
 */
async function requireWorkdir(workdir, places) {
    const { workspace, runnerPath, mounts, others, hasFolder } = places;
    const mount = mounts.find(({ target }) => (0,host_files/* isWithin */.UO)(workdir, target));
    if ([...others, ...ENGINES].some((target) => (0,host_files/* isWithin */.UO)(workdir, target)) || workdir === '/')
        return;
    const onRunner = mount
        ? (0,external_node_path_.join)(mount.source, (0,external_node_path_.relative)(mount.target, workdir))
        : (0,host_files/* isWithin */.UO)(workdir, workspace)
            ? runnerPath && (0,external_node_path_.join)(runnerPath, (0,external_node_path_.relative)(workspace, workdir))
            : undefined;
    if (onRunner === null)
        return;
    if (onRunner === undefined) {
        if (await hasFolder(workdir))
            return;
        throw nowhere(workdir, 'the image, and is in no mount and no volume', 'Use an image that has it');
    }
    if ((await (0,external_node_fs_promises_.stat)(onRunner).catch(() => null))?.isDirectory())
        return;
    const name = mount ? workdir : (0,external_node_path_.relative)(workspace, workdir);
    const what = mount ? `the mount ${mount.target} (${onRunner})` : `the workspace (${onRunner})`;
    throw nowhere(name, what, 'Create it before this step');
}
const nowhere = (workdir, place, advice) => new errors/* TaskError */.Ik('ACODE-CTN-006', `The working directory ${workdir} is no folder of ${place}. ${advice}, or correct working-directory.`);
/** Makes the folders on which mounts below a shared workspace lie: the engine would make them, as root. */
async function makeMountPoints(runnerPath, workspace, targets) {
    for (const target of targets)
        for (const folder of foldersBetween(workspace, target))
            await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.join)(runnerPath, folder), { recursive: true });
}

;// CONCATENATED MODULE: ./build/container/task-container.js



























/**
 * Makes a task's container and fills its folders. Control folder and empty workspace are bound from the runner
 * where that is safe and the engine sees them; that it does not shows at creation, at no cost before.
 * @throws TaskError
 * @throws UnusableMethodError where the workspace's method does not work with this engine; nothing is left then
 */
async function makeTaskContainer(docker, request) {
    const { spec, runner, workspace, privateFolder } = request;
    const workdir = workdirOf(spec.workdir, workspace.path);
    const plain = commandOf(spec, request.image);
    const { user, account } = await askImage(docker, request, workdir);
    const environment = transportEnvironment(environmentOf(request.identity, workspace.path, request.env, spec.env, account.name));
    const event = await eventOf(request.env);
    const script = environmentScript(environment.inTask);
    const command = script === '' ? plain : withEnvironment(plain, request.image);
    const fresh = [
        { target: CONTROL, entries: controlEntries(command, request.secrets, { environment: script, event }) },
    ];
    if (workspace.source === null)
        fresh.push({ target: workspace.path, entries: foldersBetween(workspace.path, workdir).map(folderEntry) });
    const shared = sharedFolders(spec, workspace, user, runner, {
        runnerPath: request.runnerPath,
        temp: request.env.RUNNER_TEMP ?? request.runnerPath,
        now: Date.now(),
    });
    const byVolume = volumeFolders(docker, privateFolder, fresh);
    const enginePrivate = request.translate(privateFolder);
    const byBind = enginePrivate === null ? null : bindFolders(privateFolder, enginePrivate, fresh, runner);
    let folders = byBind !== null && canBind(user, runner, spec.profile) ? byBind : byVolume;
    if (folders === byVolume && workspace.method === 'overlay')
        await proveSeen(docker, request, enginePrivate);
    let accountBy = enginePrivate === null ? null : accountMounts(enginePrivate, account);
    if (accountBy)
        await writeAccount(privateFolder, account);
    let id;
    try {
        id = await create(docker, request, { command, environment }, user, folders, shared, accountBy ?? []);
    }
    catch (error) {
        if (!(error instanceof UnseenMountError))
            throw error;
        if (workspace.method === 'overlay')
            throw new UnusableMethodError('the engine does not see the runner’s files');
        if (workspace.method === 'bind')
            throw unseenWorkspace(workspace, error);
        if (folders === byVolume && !accountBy?.length)
            throw unseenMounts(error);
        folders = byVolume;
        accountBy = null;
        id = await create(docker, request, { command, environment }, user, folders, shared, []).catch((second) => {
            throw second instanceof UnseenMountError ? unseenMounts(second) : second;
        });
    }
    try {
        await fillAll(docker, request, id, user, folders);
        if (accountBy === null && !spec.readOnly)
            await sendAccount(docker, id, account);
        return { id, command, user, folders, shared };
    }
    catch (error) {
        if (error instanceof UnusableMethodError)
            await removeContainer(docker, id);
        throw error;
    }
}
/** The payload of the run's event; an empty one where the runner has none. */
async function eventOf({ GITHUB_EVENT_PATH: path }) {
    if (path === undefined || path === '')
        return '{}';
    return (0,external_node_fs_promises_.readFile)(path, 'utf8').catch(() => '{}');
}
/** Fills everything that is the task's own: control folder, working copy, cache volumes. */
async function fillAll(docker, { spec, workspace }, id, user, folders) {
    const isCopy = workspace.source !== null && 'volume' in workspace.source;
    const caches = user.uid === 0 ? [] : spec.cacheVolumes;
    const needsFiller = folders.kind === 'volume' || isCopy || caches.length > 0;
    await withFiller(docker, id, spec.readOnly && needsFiller, async (filler) => {
        // The workspace goes first: where it turns out unusable, another method begins with folders still fresh.
        if (isCopy)
            await workspace.fill(filler, user);
        await folders.load(filler, user);
        // A new volume belongs to root, who the task is not: its root folder is given to the task's user.
        await folders_fill(docker, filler, caches.map(({ target }) => ({ target, entries: [] })), user);
    });
}
/** Shows that the engine sees the runner's files, by a folder that is there only now. */
async function proveSeen(docker, request, enginePath) {
    if (enginePath === null)
        throw new UnusableMethodError('the engine does not see the runner’s files');
    const mount = mountOption({ type: 'bind', source: enginePath, target: '/acode-seen' });
    const probe = await asUnusable(() => createHelper(docker, { ...helperOf(request), options: ['--mount', mount] }));
    await docker.call(['rm', '--force', '--volumes', probe]);
}
const helperOf = ({ identity, labels, image }) => ({
    name: identity.container,
    labels: { ...labelsOf(labels, {}), ...sharedLabel(null) },
    image: image.id,
});
const folderEntry = (path) => ({ path, kind: 'folder' });
async function create(docker, request, { command, environment }, user, folders, shared, accounts) {
    const { spec, workspace, env } = request;
    await folders.prepare();
    const own = await resolveMounts(spec.mounts, {
        workspace: request.runnerPath,
        endpoint: engineEndpoint,
        fileCommands: env.GITHUB_OUTPUT ? (0,external_node_path_.dirname)(env.GITHUB_OUTPUT) : null,
        // The run's folder, with `private` in it, is beside all others of the job.
        runs: (0,external_node_path_.dirname)((0,external_node_path_.dirname)(request.privateFolder)),
        own: ownFolder(env, request.runnerPath, false),
    });
    const caches = cachesOf(spec, request.repository);
    const volumes = [...caches.map(({ volume }) => volume), ...spec.engineVolumes.map(({ name }) => name)];
    judgeVolumes(caches, spec.engineVolumes, request.repository, await findVolumes(docker, volumes));
    const mounted = [
        ...cacheMounts(caches, request.repository),
        ...spec.engineVolumes.map((volume) => ({ type: 'volume', ...volume })),
        ...own,
    ];
    if (workspace.method === 'bind')
        await makeMountPoints(request.runnerPath, workspace.path, mounted.map(({ target }) => target));
    const environmentFile = environment.file === '' ? null : (0,external_node_path_.join)(request.privateFolder, 'environment');
    const plan = {
        name: request.identity.container,
        image: spec.image ?? request.image.reference,
        command,
        labels: {
            ...labelsOf(request.labels, spec.labels),
            ...sharedLabel(shared && kindOf(shared)),
        },
        user,
        environment,
        environmentFile,
        mounts: [...mountOf(workspace), ...folders.mounts, ...accounts, ...mounted],
        caches,
        network: request.network,
        workdir: workdirOf(spec.workdir, workspace.path),
        options: parseOptions(spec.options),
        spec,
    };
    request.onPlan(plan, folders.kind);
    if (shared)
        await new SharedNotes(env).keep(plan.name, request.labels.owner, shared);
    if (environmentFile === null)
        return createContainer(docker, plan);
    await (0,external_node_fs_promises_.writeFile)(environmentFile, environment.file, { mode: 0o600 });
    try {
        return await createContainer(docker, plan);
    }
    finally {
        await (0,host_files/* removeFolder */.v$)(environmentFile);
    }
}
function mountOf({ source, path }) {
    if (source === null)
        return [];
    if ('folder' in source)
        return [{ type: 'bind', source: source.folder, target: path }];
    return [{ type: 'volume', name: source.volume, target: path, noCopy: true }];
}
function unseenWorkspace(workspace, error) {
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `The engine does not see the runner’s files (workspace ${workspace.path}): ${(0,errors/* sentence */.em)(error.message)} ` +
        'It runs on another machine, in another container or as another user. Use workspace: copy, or an engine of the runner’s user on this machine.', { cause: error });
}
function unseenMounts(error) {
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `The engine does not see what mounts names on the runner: ${(0,errors/* sentence */.em)(error.message)} It runs on another machine, in another container or as another user. Use cache-volumes, or an engine on this machine.`, { cause: error });
}
/** The task's user in numbers. The image is asked for what only its files say of user and working directory. */
async function askImage(docker, request, workdir) {
    const { spec, image, workspace, runner, runnerPath } = request;
    const files = new ImageFiles(docker, () => createHelper(docker, helperOf(request)));
    try {
        await requireWorkdir(workdir, {
            workspace: workspace.path,
            runnerPath: workspace.source === null ? null : runnerPath,
            mounts: spec.mounts.map(({ source, target }) => ({ source: (0,external_node_path_.resolve)(runnerPath, source), target })),
            others: [
                CONTROL,
                ...spec.cacheVolumes.map(({ target }) => target),
                ...spec.engineVolumes.map(({ target }) => target),
                ...memoryFolders(spec),
            ],
            hasFolder: (path) => files.hasFolder(path),
        });
        const wanted = wantedUser(spec, image.user, runner.inside);
        if (!needsLook(wanted)) {
            const user = resolveUser(wanted, { passwd: '', group: '' }, spec, runner.inside);
            return { user, account: await accountIn(files, user, spec.env.HOME) };
        }
        const users = await files.users();
        const user = resolveUser(wanted, users, spec, runner.inside);
        return { user, account: accountOf(user, users, spec.env.HOME) };
    }
    finally {
        await files.end();
    }
}
/** The account of a user in numbers. Images have root, and need not be asked; one whose files are none has no accounts. */
async function accountIn(files, user, home) {
    if (user.uid === 0 && user.gid === 0)
        return { name: 'root', files: [] };
    try {
        return accountOf(user, await files.users(), home);
    }
    catch (error) {
        if (!(error instanceof errors/* TaskError */.Ik))
            throw error;
        return { ...accountOf(user, { passwd: '', group: '' }, home), files: [] };
    }
}
/** Where file systems in memory are mounted. */
function memoryFolders({ options, readOnly }) {
    const given = parseOptions(options).flatMap((word, index, words) => words[index - 1] === '--tmpfs' ? [word.replace(/:.*$/s, '')] : []);
    return readOnly ? ['/tmp', ...given] : given;
}

;// CONCATENATED MODULE: ./build/engine/own-container.js



const own_container_containerSchema = schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    Mounts: schemas/* array */.YOg(schemas/* object */.Ikc({ Type: schemas/* string */.YjP().default('bind'), Source: schemas/* string */.YjP(), Destination: schemas/* string */.YjP() })),
    GraphDriver: schemas/* object */.Ikc({ Data: schemas/* object */.Ikc({ UpperDir: schemas/* string */.YjP().optional() }).nullish() }).nullish(),
});
const ON_THE_MACHINE = { container: null, translate: (path) => path };
/**
 * How the engine names our paths. On the machine itself they are the same. In a container (a job container with
 * the host's socket) the engine knows our mounts under the names that they have on its machine.
 */
async function ownPlace(docker) {
    if (!(await inContainer()))
        return ON_THE_MACHINE;
    const mounts = parseMounts(await (0,external_node_fs_promises_.readFile)('/proc/self/mountinfo', 'utf8').catch(() => ''));
    const json = await docker.find([
        ...['container', 'inspect', '--format', '{{json .}}'],
        ownId(mounts) ?? (0,external_node_os_.hostname)(),
    ]);
    const found = json === null ? null : own_container_containerSchema.parse(JSON.parse(json));
    // None of this engine's containers, or another one of our name: what the engine sees shows when it is tried.
    if (found === null || !isOurs(found, mounts))
        return ON_THE_MACHINE;
    return { container: found.Id, translate: translationBy(found.Mounts) };
}
function translationBy(mounts) {
    const longestFirst = mounts.toSorted((a, b) => b.Destination.length - a.Destination.length);
    return (path) => {
        const mount = longestFirst.find(({ Destination }) => path === Destination || path.startsWith(`${Destination.replace(/\/$/, '')}/`));
        return mount ? mount.Source + path.slice(mount.Destination.replace(/\/$/, '').length) : null;
    };
}
async function inContainer() {
    const signs = await Promise.allSettled([(0,external_node_fs_promises_.access)('/.dockerenv'), (0,external_node_fs_promises_.access)('/run/.containerenv')]);
    return signs.some((sign) => sign.status === 'fulfilled');
}
/** Reads /proc/self/mountinfo. */
function parseMounts(mountinfo) {
    return mountinfo.split('\n').flatMap((line) => {
        const [head = '', tail = ''] = line.split(' - ');
        const [, , , root, target] = head.split(' ');
        if (root === undefined || target === undefined)
            return [];
        return [{ root: unescaped(root), target: unescaped(target), options: tail.split(' ').slice(2).join(' ') }];
    });
}
/** Blanks and the like are in octal. */
const unescaped = (text) => text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)));
/** What engines mount into each container from its own folder. Another's folders can be mounted anywhere else. */
const ENGINE_FILES = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'];
/** The id of our own container by the files that engines mount into it; null where they do not say it as one. */
function ownId(mounts) {
    const ids = mounts
        .filter(({ target }) => ENGINE_FILES.includes(target))
        .flatMap(({ root }) => /(?:^|[/-])containers\/([0-9a-f]{64})\//.exec(root)?.[1] ?? []);
    return new Set(ids).size === 1 ? (ids[0] ?? null) : null;
}
/**
 * True where a container of the engine is the one we are in: it has something mounted, and what it has mounted we have,
 * at the same places. One whose network we share gives us its files of names, and a host name anybody can have.
 */
function isOurs({ Mounts, GraphDriver }, own) {
    const upper = GraphDriver?.Data?.UpperDir;
    const root = own.findLast(({ target }) => target === '/')?.options ?? '';
    const ownUpper = /(?:^|,)upperdir=([^,]+)/.exec(root)?.[1];
    if (upper !== undefined && ownUpper !== undefined)
        return upper === ownUpper;
    const bound = Mounts.filter(({ Type }) => Type === 'bind' || Type === 'volume');
    return (bound.length > 0 &&
        bound.every(({ Source, Destination }) => {
            const mount = own.findLast(({ target }) => target === Destination);
            return mount !== undefined && (Source.endsWith(mount.root) || mount.root.endsWith(Source));
        }));
}

;// CONCATENATED MODULE: ./build/container/make-network.js






/**
 * Makes a network of a task's own: no other container is on it, and the engine forwards nothing between networks.
 * Null where the engine has no addresses left for one.
 * @throws TaskError ACODE-CTN-003
 */
async function makeNetwork(docker, container, labels) {
    // What an earlier try left under the same name would be in the way, or be taken for ours.
    const name = `${container}.network-${(0,external_node_crypto_.randomBytes)(3).toString('hex')}`;
    const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
    try {
        // Also where the engine gives its networks IPv6 by default: clouds have a metadata address there too.
        await docker.call(['network', 'create', '--ipv6=false', ...labelled, name]);
        return name;
    }
    catch (error) {
        if (!(error instanceof EngineError) || error.kind !== 'failed')
            throw error;
        if (isOutOfAddresses(error.message))
            return null;
        throw new errors/* TaskError */.Ik('ACODE-CTN-003', `The network of ${container} could not be created: ${(0,errors/* sentence */.em)(error.message)} Correct what the engine names, or use network: ${SHARED_NETWORK} or none.`, { cause: error });
    }
}
/** The network as a container gets it, with the metadata address hidden where that can be done. */
async function withoutMetadata(name) {
    const [endpoint, ...resolvers] = await Promise.all([engineEndpoint(), ...RESOLVERS.map(readIfThere)]);
    return { name, hidesMetadata: canHideMetadata(endpoint, resolvers.join('\n')) };
}
/** What engines read of the machine they are on: the second where the first names a resolver of the loopback. */
const RESOLVERS = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];
const readIfThere = (file) => (0,external_node_fs_promises_.readFile)(file, 'utf8').catch(() => '');

;// CONCATENATED MODULE: ./build/version.js
/** The version written to labels and records; a test keeps it equal to package.json. */
const VERSION = '0.1.0';

;// CONCATENATED MODULE: ./build/run/label-facts.js


/**
 * Time that engine and post step may take beyond the task's own before others may call what is left orphans: to fill
 * and to read workspace and control folder with every call just within its bound.
 */
const DEADLINE_MARGIN_SECONDS = (5 * BOUNDS.change + 5 * BOUNDS.transfer) / 1000;
/** What the labels of everything say that this run makes. */
function labelFacts({ run, env, ownContainer }, spec) {
    const seconds = spec.timeoutSeconds + spec.stopGraceSeconds + DEADLINE_MARGIN_SECONDS;
    return {
        session: run.identity.session,
        task: run.identity.task,
        repository: env.GITHUB_REPOSITORY ?? '',
        job: env.GITHUB_JOB ?? '',
        runner: env.RUNNER_NAME ?? '',
        version: VERSION,
        owner: { ...run.owner, container: ownContainer },
        deadline: Math.ceil(Date.now() / 1000 + seconds),
    };
}

;// CONCATENATED MODULE: ./build/run/find-network.js





/**
 * The network that the task asks for, made where it is to have one of its own. Where the engine's addresses are used
 * up that is the shared one, with a notice.
 */
async function findNetwork(context, spec) {
    const { docker, run } = context;
    if (spec.network !== OWN_NETWORK)
        return { name: spec.network, hidesMetadata: false };
    const { container } = run.identity;
    const own = await makeNetwork(docker, container, labelsOf(labelFacts(context, spec), {}));
    context.network = own;
    if (own === null)
        notice(`The engine has no addresses left for a network of the task's own: ${container} is on the shared network, where it and the other containers on it reach each other. More addresses: default-address-pools in the engine's daemon.json.`, 'Shared network');
    return withoutMetadata(own ?? SHARED_NETWORK);
}

;// CONCATENATED MODULE: ./build/workspace/layer.js



/**
 * Reads a layer, or a whole tree, from a tar archive of its folder; contents go into files of `store`.
 * @throws OverBudgetError
 */
async function readLayer(archive, store, budget) {
    const written = new Map();
    const folders = new Set();
    const whiteouts = new Set();
    const special = [];
    for await (const item of readTar(archive)) {
        const path = withoutRoot(item.path);
        if (path === '')
            continue;
        // Each name of a file is a file of its own to git, and to whoever applies it.
        const first = item.type === 'hard-link' ? written.get(withoutRoot(item.target)) : undefined;
        budget.require(path, first === undefined ? item.size : await sizeOf(first));
        if (item.type === 'folder')
            folders.add(path);
        else if (item.type === 'link')
            written.set(path, { mode: '120000', content: { bytes: Buffer.from(item.target, 'latin1') } });
        else if (item.type === 'file') {
            const file = Buffer.from((0,external_node_path_.join)(store, String(written.size)));
            await writeItem(file, item);
            written.set(path, { mode: fileMode(item.mode), content: { file } });
        }
        else if (item.type === 'hard-link') {
            // The kernel shares one device among all deletions, so that they are links to the first of them.
            if (first)
                written.set(path, first);
            else if (whiteouts.has(withoutRoot(item.target)))
                whiteouts.add(path);
            else
                special.push(path);
        }
        else if (item.type === 'character-device' && item.device[0] === 0 && item.device[1] === 0)
            whiteouts.add(path);
        else
            special.push(path);
    }
    return { written, folders, whiteouts, special };
}
/**
 * What a layer changes in the folder that it lies over. `opaque` are the folders of the layer that hide what the
 * base has in their place, having been deleted and made again.
 */
async function layerChanges(base, layer, opaque, budget) {
    const written = new Map();
    const deleted = new Set();
    for (const path of [...layer.whiteouts, ...opaque])
        for (const file of await filesBelow(base, path))
            deleted.add(file);
    for (const path of layer.special)
        for (const file of await filesBelow(base, path))
            deleted.add(file);
    for (const path of layer.folders)
        if ((await stateOf(base, path)) !== null)
            deleted.add(path);
    for (const [path, state] of layer.written) {
        budget.requireTime();
        const old = await stateOf(base, path);
        if (old === null)
            for (const file of await filesBelow(base, path))
                deleted.add(file);
        if (!(await isSame(old, state)))
            written.set(path, state);
    }
    for (const path of layer.written.keys())
        deleted.delete(path);
    return { written, deleted, special: layer.special };
}
/** Folders of a layer that may be opaque: they stand where the base has a folder. */
async function opaqueCandidates(base, layer) {
    const found = [];
    for (const path of layer.folders)
        if ((await statInside(base, path))?.isDirectory())
            found.push(path);
    return found;
}

;// CONCATENATED MODULE: ./build/workspace/tree.js





/**
 * What changed between a baseline and a whole tree that comes back as a tar archive. Contents that differ go
 * into files of `store`; `all` are the baseline's files, of which those that are missing were deleted.
 * What is as the baseline has it draws nothing from the budget but time.
 * @throws OverBudgetError
 */
async function treeChanges(archive, all, baseline, store, budget) {
    const written = new Map();
    const deleted = new Set(all);
    const special = [];
    let count = 0;
    for await (const item of readTar(archive)) {
        const path = withoutRoot(item.path);
        budget.requireTime();
        if (path === '' || item.type === 'folder')
            continue;
        const isNew = item.size > IN_MEMORY && !(await isAsLarge(path, item, baseline));
        if (isNew)
            budget.require(path, item.size);
        const file = (0,external_node_path_.join)(store, String(count++));
        const state = await stateOfItem(item, file, written, baseline);
        if (state === null) {
            budget.require(path, 0);
            special.push(path);
            continue;
        }
        deleted.delete(path);
        if (!(await isSame(await baseline(path), state))) {
            // Each name of a file is a file of its own to git, and to whoever applies it.
            if (!isNew)
                budget.require(path, item.type === 'hard-link' ? await sizeOf(state) : item.size);
            written.set(path, await onDisk(state, file));
        }
        else if (item.type === 'file')
            await (0,external_node_fs_promises_.rm)(file, { force: true }); // a hard link's content is another's
    }
    return { written, deleted, special };
}
/** Whether a large file may be the baseline's. One of another size is not read before it is known to be wanted. */
async function isAsLarge(path, item, baseline) {
    const old = await baseline(path);
    return old !== null && (await sizeOf(old)) === item.size;
}
/** What changed is kept until it is written to the record: not all of it in memory. */
async function onDisk(state, file) {
    if (state.mode === '120000' || 'file' in state.content)
        return state;
    await (0,external_node_fs_promises_.writeFile)(file, state.content.bytes);
    return { mode: state.mode, content: { file: Buffer.from(file) } };
}
async function stateOfItem(item, file, written, baseline) {
    if (item.type === 'link')
        return { mode: '120000', content: { bytes: Buffer.from(item.target, 'latin1') } };
    if (item.type === 'hard-link') {
        const first = withoutRoot(item.target);
        return written.get(first) ?? baseline(first);
    }
    if (item.type !== 'file')
        return null;
    const mode = fileMode(item.mode);
    // What is compared in memory never touches the disk, unless it changed.
    if (item.size <= IN_MEMORY)
        return { mode, content: { bytes: await tar_reader_bytesOf(item) } };
    await writeSparse(file, item.content);
    return { mode, content: { file: Buffer.from(file) } };
}
/** The baseline that a folder of the runner is. */
const folderBaseline = (folder) => (path) => stateOf(folder, path);

;// CONCATENATED MODULE: ./build/workspace/overlay.js











/** Where helpers mount the volumes they read and fill. */
const UPPER = '/acode-layer';
const PROBES = '/acode-probes';
const MARKER = '.acode-probe';
/**
 * The upper layer has to hold all that changed, on kernels with other defaults too: a renamed folder with its files
 * rather than as a reference to where they were, and a hard link apart from the other names of its file. Kernels
 * before 4.13 know neither and refuse the mount. (Without redirections there are no files without content, either.)
 */
const WHOLE_UPPER = 'redirect_dir=off,index=off';
/** Without root the kernel keeps its marks where users may (Linux 5.11), and then redirects nothing by itself. */
const ROOTLESS_UPPER = 'userxattr,index=off';
/**
 * A copy-on-write volume over the checkout: constant time, no root on the runner, disposed of by the engine. Two
 * plain volumes hold what the task writes; the third is the kernel's overlay of them over the checkout.
 * @throws UnusableMethodError
 */
async function prepareOverlay(request) {
    const { enginePath, runnerPath, runner } = request;
    if (/[:,\\"\n]/.test(enginePath))
        throw new UnusableMethodError(`the path ${enginePath} holds a character that mount options cannot`);
    await requireOwnGitFolder(runnerPath);
    // Needed when the copy is filled only: all folders are read while the engine makes volumes and container.
    const replacements = filesWithoutCredentials(request, SEARCH_BOUND_MS);
    replacements.catch(() => undefined); // `fill` tells
    return withVolumes(request, async (volumes) => {
        const [upper, work] = await Promise.all([volumes.create('upper'), volumes.create('work')]);
        const [upperAt = '', workAt = ''] = await volumes.mountpoints([upper, work]);
        const volume = await volumes.create('overlay', overlayOptions(`lowerdir=${enginePath},upperdir=${upperAt},workdir=${workAt},${isRootless(runner) ? ROOTLESS_UPPER : WHOLE_UPPER}`));
        return overlaid(request, volumes, { volume, upper, upperAt }, replacements);
    });
}
function overlaid(request, volumes, layers, replacements) {
    const { docker, runnerPath, runner } = request;
    return {
        method: 'overlay',
        reason: request.reason,
        path: request.path,
        source: { volume: layers.volume },
        async fill(container, { uid, gid }) {
            const { mode, uid: onRunner } = await (0,external_node_fs_promises_.stat)(runnerPath);
            const owner = ownerInside(onRunner, runner);
            // A rootless engine's root may not write what is nobody's, either.
            if (uid !== owner && (uid !== 0 || isRootless(runner)))
                throw new UnusableMethodError(`the task’s user ${uid} could not write the checkout’s files, which belong to user ${owner}`);
            // The merged root has the upper volume's owner, root: it gets the task's.
            const { parent, name } = splitPath(request.path);
            const files = (await replacements).map(({ path, content }) => fileEntry(`${name}/${path}`, content, { uid, gid }));
            const entries = [{ path: name, type: 'folder', mode, uid, gid }, ...files];
            await asUnusable(() => docker.copyIn(container, parent, writeTar(entries)));
        },
        async collect(_container, image, store, budget) {
            const collected = await collectUpper(request, volumes, layers, image, store, budget);
            return asGiven(collected, await replacements);
        },
        dispose: volumes.remove,
    };
}
const fileEntry = (path, text, user) => {
    const content = Buffer.from(text, 'latin1');
    return { path, type: 'file', mode: 0o644, ...user, size: content.length, content: [content] };
};
/** What a task changed of what it was given, which is not the checkout's own where that held a credential. */
async function asGiven({ changes, baseline, base }, replacements) {
    const given = new Map(replacements.map(({ path, content }) => [
        path,
        { mode: '100644', content: { bytes: Buffer.from(content, 'latin1') } },
    ]));
    const written = new Map(changes.written);
    for (const [path, state] of given) {
        const now = written.get(path);
        if (now && (await isSame(state, now)))
            written.delete(path);
    }
    return {
        changes: { ...changes, written, replaced: new Set(given.keys()) },
        baseline: async (path) => given.get(path) ?? baseline(path),
        base,
    };
}
const overlayOptions = (options) => [
    ...['--driver', 'local', '--opt', 'type=overlay', '--opt', 'device=overlay', '--opt', `o=${options}`],
];
/**
 * What is in the upper layer, as changes. The engine's archive does not show the kernel's mark on folders that
 * were deleted and made again, so it is asked for by its effect: markers laid under the layer are hidden in such
 * folders. One helper reads the layer and lays the markers, the other one sees both.
 */
async function collectUpper({ docker, name, labels, runnerPath, runner }, volumes, { upper, upperAt }, image, store, budget) {
    const probes = await volumes.create('probes');
    const [probesAt = ''] = await volumes.mountpoints([probes]);
    const probe = await volumes.create('probe', overlayOptions(`lowerdir=${upperAt}:${probesAt}${isRootless(runner) ? ',userxattr' : ''}`));
    const mounts = [
        [
            [upper, UPPER],
            [probes, PROBES],
        ],
        [[probe, UPPER]],
    ];
    return withHelpers(docker, { name, image, labels, mounts }, async ([reader = '', prober = '']) => {
        let layer;
        const read = async (archive) => {
            layer = await readLayer(archive, store, budget);
        };
        await docker.copyOut(reader, UPPER, read, [], budget.signal);
        if (!layer)
            throw new Error('the upper layer was not read');
        const candidates = await opaqueCandidates(runnerPath, layer);
        const opaque = candidates.length > 0 ? await hiding(docker, candidates, reader, prober, budget) : new Set();
        const changes = await layerChanges(runnerPath, layer, opaque, budget);
        return { changes, baseline: folderBaseline(runnerPath), base: runnerPath };
    });
}
/** Those of a layer's folders that hide what lies under them. Its root never does: it shows that the probe is mounted. */
async function hiding(docker, folders, reader, prober, { signal }) {
    const hidden = new Set([...folders, '']);
    await docker.copyIn(reader, PROBES, writeTar(markers(hidden)), signal);
    const read = async (archive) => {
        for await (const item of readTar(archive)) {
            const path = item.path.split('/').slice(1);
            if (path.at(-1) === MARKER)
                hidden.delete(path.slice(0, -1).join('/'));
        }
    };
    await docker.copyOut(prober, UPPER, read, [], signal);
    if (hidden.has(''))
        throw new Error('the engine did not mount the overlay that shows which folders were made again');
    return hidden;
}
function* markers(folders) {
    for (const folder of folders)
        yield { path: external_node_path_.posix.join(folder, MARKER), type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0 };
}
/** A path in the container as the folder that holds it and its own name. */
function splitPath(path) {
    const clean = path.replace(/\/+$/, '');
    const slash = clean.lastIndexOf('/');
    return { parent: clean.slice(0, slash) || '/', name: clean.slice(slash + 1) };
}

;// CONCATENATED MODULE: ./build/workspace/send.js







/** A working copy in a volume of its own, filled through the engine from folders of the runner. */
function prepareSent(request, method, sources, replacements, base) {
    return withVolumes(request, async (volumes) => {
        const volume = await volumes.create('workspace');
        return sentTo(volume, volumes, request, method, sources, replacements, base);
    });
}
function sentTo(volume, volumes, request, method, sources, replacements, base) {
    const { docker, path, cancel } = request;
    const sent = new Set();
    const replaced = new Map(replacements.map((one) => [one.path, Buffer.from(one.content, 'latin1')]));
    const baseline = async (file) => {
        const bytes = replaced.get(file);
        if (bytes)
            return { mode: '100644', content: { bytes } };
        const source = sources.find(({ includes }) => includes(file));
        return source && sent.has(file) ? stateOf(source.folder, file) : null;
    };
    return {
        method,
        reason: request.reason,
        path,
        source: { volume },
        async fill(container, user) {
            const { parent, name } = splitPath(path);
            await asUnusable(() => docker.copyIn(container, parent, writeTar(send_entriesOf(sources, replaced, sent, name, user)), cancel));
        },
        async collect(container, _image, store, budget) {
            const collected = {
                changes: { written: new Map(), deleted: new Set(), special: [] },
                baseline,
                base,
            };
            const read = async (archive) => {
                const changes = await treeChanges(archive, sent, baseline, store, budget);
                Object.assign(collected, { changes: { ...changes, replaced: new Set(replaced.keys()) } });
            };
            await docker.copyOut(container, path, read, [], budget.signal);
            return collected;
        },
        dispose: volumes.remove,
    };
}
async function* send_entriesOf(sources, replaced, sent, root, user) {
    for (const source of sources)
        yield* send_below(source, replaced, sent, root, '', user);
}
async function* send_below(source, replaced, sent, root, path, user) {
    const full = path === '' ? Buffer.from(source.folder) : systemPath(source.folder, path);
    const found = await (0,external_node_fs_promises_.lstat)(full);
    const entry = { path: path === '' ? root : `${root}/${path}`, mode: found.mode & 0o7777, ...user };
    const bytes = replaced.get(path);
    if (found.isDirectory()) {
        yield { ...entry, type: 'folder' };
        for (const name of await (0,external_node_fs_promises_.readdir)(full, { encoding: 'buffer' })) {
            const inner = path === '' ? name.toString('latin1') : `${path}/${name.toString('latin1')}`;
            if (source.includes(inner))
                yield* send_below(source, replaced, sent, root, inner, user);
        }
        return;
    }
    if (!found.isFile() && !found.isSymbolicLink())
        return;
    sent.add(path);
    if (bytes)
        yield { ...entry, type: 'file', size: bytes.length, content: [bytes] };
    else if (found.isSymbolicLink())
        yield {
            ...entry,
            type: 'link',
            target: (await (0,external_node_fs_promises_.readlink)(full, { encoding: 'buffer' })).toString('latin1'),
        };
    else
        yield { ...entry, type: 'file', size: found.size, content: contentOf(full) };
}
/** Opened when it is read, which an empty file never is. */
async function* contentOf(file) {
    const opened = await (0,read_file/* openRegular */.lf)(file);
    if (opened === null)
        throw new Error(`${file} is no file any more`);
    yield* opened.createReadStream();
}

;// CONCATENATED MODULE: ./build/workspace/clone.js









/**
 * A full clone of the checkout's repository: all branches, tags and remote branches, the same commit on the same
 * branch, the same settings, no credentials, no file shared with the checkout. The working tree follows the
 * checkout, with what is not committed, its submodules, and LFS files as they are; or it is the commit's.
 * @throws UnusableMethodError where the checkout is no git repository or a partial one, or git is missing
 */
async function prepareClone(request) {
    const { runnerPath, scratch, uncommitted, cancel: signal } = request;
    const clone = (0,external_node_path_.join)(scratch, 'clone');
    try {
        const folders = await gitFoldersOf(runnerPath, { signal });
        if (folders === null)
            throw new UnusableMethodError(`${runnerPath} is no git repository`);
        const settings = await clone_settingsOf(runnerPath, folders);
        const { objects } = await formatsOf(runnerPath);
        await withRepository(runnerPath, (view) => cloneRepository(view, objects, clone, signal), { scratch });
        await configure(clone, settings.filter(isOfFiles));
        await copyGitFile(folders.own, clone, 'info/sparse-checkout');
        for (const name of ['info/exclude', 'info/attributes'])
            await copyGitFile(folders.common, clone, name);
        if (uncommitted)
            await copyGitFile(folders.own, clone, 'index');
        else
            await git(clone_at(clone), ['reset', '--quiet', '--hard'], { signal, memoryBytes: CLONE_MEMORY });
        // Filters and the like are programs: the task may run them, the runner does not.
        await configure(clone, settings.filter(isNot(isOfFiles)));
    }
    catch (error) {
        if (error instanceof GitError)
            throw new UnusableMethodError(error.message);
        throw error;
    }
    return uncommitted
        ? sendWithWorkTree(request, clone)
        : prepareSent(request, 'clone', [{ folder: clone, includes: () => true }], [], clone);
}
/** A clone packs all that a repository has. */
const CLONE_MEMORY = 4 * 1024 ** 3;
const clone_at = (clone) => ({ gitDir: (0,external_node_path_.join)(clone, '.git'), workTree: clone });
/** Settings that say which files a working tree has and in what form, and name no program. */
const isOfFiles = ({ key }) => /^core\.(sparsecheckout|sparsecheckoutcone|autocrlf|eol|filemode|symlinks|ignorecase|checkroundtripencoding)$/.test(key);
/** The clone's git folder, with all else as it is in the checkout. */
async function sendWithWorkTree(request, clone) {
    const { runnerPath } = request;
    const hasModules = (await (0,external_node_fs_promises_.lstat)((0,external_node_path_.join)(runnerPath, '.git'))).isDirectory();
    const inModules = (path) => hasModules && /^\.git\/modules(\/|$)/.test(path);
    const inGit = (path) => /^\.git(\/|$)/.test(path) && !inModules(path);
    const inWorkTree = (path) => (!inGit(path) && !request.isStaging(path)) || (hasModules && path === '.git');
    const sources = [
        { folder: clone, includes: inGit },
        { folder: runnerPath, includes: inWorkTree },
    ];
    const replacements = await filesWithoutCredentials(request);
    const others = replacements.filter(({ path }) => !inGit(path));
    return prepareSent(request, 'clone', sources, others, clone);
}
async function cloneRepository(from, objects, to, signal) {
    await (0,external_node_fs_promises_.mkdir)(to, { recursive: true });
    const initial = ['--initial-branch=acode-none', `--object-format=${objects}`];
    await git(clone_at(to), ['init', '--quiet', ...initial], { signal });
    const branch = await from.git(['symbolic-ref', '--quiet', 'HEAD'], { signal }).catch(() => '');
    const head = ['rev-parse', '--verify', '--quiet', 'HEAD'];
    const commit = (await from.git(head, { signal }).catch(() => '')).trim();
    const refs = ['heads', 'remotes', 'tags'].map((kind) => `+refs/${kind}/*:refs/${kind}/*`);
    // A HEAD on a branch without a commit is nothing that could be fetched.
    if (commit !== '')
        refs.unshift('HEAD');
    const options = ['--quiet', '--no-tags', '--update-head-ok', '--update-shallow'];
    const how = { signal, transports: ['file'], memoryBytes: CLONE_MEMORY };
    await git(clone_at(to), ['fetch', ...options, from.gitDir, ...refs], how);
    if (branch.trim() !== '')
        await git(clone_at(to), ['symbolic-ref', 'HEAD', branch.trim()], { signal });
    else if (commit !== '')
        await git(clone_at(to), ['update-ref', '--no-deref', 'HEAD', commit], { signal });
}
/**
 * The checkout's own settings that a task may have, but for those that say where and in what form the repository is.
 * @throws UnusableMethodError
 */
async function clone_settingsOf(checkout, { own, common }) {
    const shared = await readConfig((0,external_node_path_.join)(common, 'config'));
    const isSet = (name) => shared.some(({ key, value }) => name.test(key) && value !== 'false');
    if (isSet(/^(remote\..*\.promisor|extensions\.partialclone)$/))
        throw new UnusableMethodError(`${checkout} is a partial clone, which lacks objects that a full clone needs`);
    const worktree = isSet(/^extensions\.worktreeconfig$/) ? await readConfig((0,external_node_path_.join)(own, 'config.worktree')) : [];
    return withoutCredentials([...shared, ...worktree]).filter(({ key }) => !/^(core\.(worktree|bare|repositoryformatversion)$|extensions\.)/.test(key));
}
async function configure(clone, settings) {
    await (0,external_node_fs_promises_.appendFile)((0,external_node_path_.join)(clone, '.git', 'config'), formatSettings(settings), 'latin1');
}
/** Copies a file of a git folder to the clone's. Nothing there is fine, and so is a link: it could lead anywhere. */
async function copyGitFile(folder, clone, name) {
    const source = (0,external_node_path_.join)(folder, name);
    if (!(await (0,external_node_fs_promises_.lstat)(source).catch(() => null))?.isFile())
        return;
    const target = (0,external_node_path_.join)(clone, '.git', name);
    await (0,external_node_fs_promises_.mkdir)((0,external_node_path_.dirname)(target), { recursive: true });
    await (0,external_node_fs_promises_.copyFile)(source, target);
}
const isNot = (is) => (one) => !is(one);

// EXTERNAL MODULE: ./build/host/read-within.js
var read_within = __webpack_require__(1879);
;// CONCATENATED MODULE: ./build/workspace/ignore-file.js

/**
 * Reads patterns in the syntax of .gitignore, without regard to case: which paths do they match? The last that does
 * decides. The time for a path grows with its length and that of the patterns, and no faster, whatever they are.
 */
function ignoreFile(text) {
    const rules = text
        .replace(/^\uFEFF/, '')
        .split(/\r?\n/)
        .flatMap(ruleOf);
    return (path) => {
        const names = path.toLowerCase().split('/');
        return rules.findLast(({ parts }) => matches(parts, names))?.takesBack === false;
    };
}
function ruleOf(line) {
    if (line.startsWith('#'))
        return [];
    const takesBack = line.startsWith('!');
    const pattern = withoutBlanks(takesBack ? line.slice(1) : line).replace(/\/$/, '');
    if (pattern === '' || pattern === '/')
        return [];
    const names = pattern.toLowerCase().replace(/^\//, '').split('/');
    const isAnywhere = !pattern.includes('/');
    const parts = names.map((name, at) => {
        const isAny = name === '**' && !(at === names.length - 1 && names.length === 1);
        return isAny ? null : nameGlob(name, { groups: false, hidesDots: false });
    });
    // At the end, `**` is what is in a folder, and not the folder.
    const inside = parts.at(-1) === null ? [() => true] : [];
    return [{ takesBack, parts: [...(isAnywhere ? [null] : []), ...parts, ...inside] }];
}
/** Blanks at the end count only behind a backslash. */
function withoutBlanks(line) {
    let end = line.length;
    while (line[end - 1] === ' ' && line[end - 2] !== '\\')
        end--;
    return line.slice(0, end);
}
/** Where it fits no further, the last `**` takes one name more: those before it need not be tried again. */
function matches(parts, names) {
    let [part, name, afterAny, resumed] = [0, 0, -1, 0];
    while (name < names.length) {
        const takes = parts[part];
        if (takes === null) {
            afterAny = ++part;
            resumed = name;
        }
        else if (takes?.(names[name] ?? '')) {
            part++;
            name++;
        }
        else if (afterAny >= 0) {
            part = afterAny;
            name = ++resumed;
        }
        else
            return false;
    }
    return parts.slice(part).every((rest) => rest === null);
}

;// CONCATENATED MODULE: ./build/workspace/copy.js








/** Patterns of what stays behind, in the syntax of .gitignore. */
const IGNORE_FILE = '.acodeignore';
/** Every path of the checkout is compared with every pattern. */
const copy_MOST_BYTES = 64 * 1024;
/**
 * The checkout sent through the engine's own interface, for engines that do not see the runner's files. What the
 * patterns of `.acodeignore` match stays behind.
 * @throws UnusableMethodError
 */
async function prepareCopy(request) {
    const { runnerPath } = request;
    await requireOwnGitFolder(runnerPath);
    const ignores = ignoreFile(await patternsOf(runnerPath));
    const includes = (path) => !ignores(Buffer.from(path, 'latin1').toString('utf8')) && !request.isStaging(path);
    const replacements = await filesWithoutCredentials(request);
    return prepareSent(request, 'copy', [{ folder: runnerPath, includes }], replacements, runnerPath);
}
/** A file that cannot be read as it is meant is no reason to send what it was to keep back. */
async function patternsOf(checkout) {
    const failed = (why) => new UnusableMethodError(`${IGNORE_FILE} cannot be used: ${why}`);
    try {
        const bytes = await (0,read_within/* readWithin */.w)((0,external_node_path_.join)(checkout, IGNORE_FILE), checkout, copy_MOST_BYTES + 1);
        if (bytes.length > copy_MOST_BYTES)
            throw failed(`it is longer than ${copy_MOST_BYTES / 1024} KiB`);
        return bytes.toString('utf8');
    }
    catch (error) {
        if ((0,open_folder/* isErrno */.r)(error, 'ENOENT'))
            return '';
        throw error instanceof UnusableMethodError ? error : failed((0,errors/* messageOf */.bD)(error));
    }
}

;// CONCATENATED MODULE: ./build/workspace/shared.js


const nothing = async () => undefined;
const untold = async () => null;
/** The runner's own folder, shared: nothing is isolated, and what the task changes is there at once (GIT-5). */
async function prepareBind({ reason, path, enginePath }) {
    return {
        method: 'bind',
        reason,
        path,
        source: { folder: enginePath },
        fill: nothing,
        collect: untold,
        dispose: nothing,
    };
}
/** An empty folder of the task's own. */
async function prepareNone({ reason, path }) {
    return {
        method: 'none',
        reason,
        path,
        source: null,
        fill: nothing,
        collect: untold,
        dispose: nothing,
    };
}
/**
 * The runner's workspace has to be there for every method that gives it to the task.
 * @throws TaskError ACODE-CTN-010
 */
async function requireWorkspace(runnerPath) {
    if ((await (0,external_node_fs_promises_.stat)(runnerPath).catch(() => null))?.isDirectory())
        return;
    throw new errors/* TaskError */.Ik('ACODE-CTN-010', `The workspace ${runnerPath} is no folder on this runner. Check out the repository before this step, or use workspace: none.`);
}

;// CONCATENATED MODULE: ./build/run/find-workspace.js









const PREPARE = {
    overlay: prepareOverlay,
    clone: prepareClone,
    copy: prepareCopy,
    bind: prepareBind,
    none: prepareNone,
};
/** What `auto` tries, the cheapest first; each keeps the guarantees. */
const AUTO = ['overlay', 'copy', 'clone'];
/** The methods that come into question for the task, in the order in which to try them. */
async function workspaceCandidates(context, spec, translate, runner) {
    const { docker, run, env, signals } = context;
    const runnerPath = env.GITHUB_WORKSPACE ?? process.cwd();
    if (spec.workspace !== 'none')
        await requireWorkspace(runnerPath);
    const auto = spec.workspaceUncommitted ? AUTO : AUTO.filter((method) => method === 'clone');
    const methods = spec.workspace === 'auto' ? auto : [spec.workspace];
    let isTold = false;
    const tellOnce = (found) => {
        if (!isTold)
            tellCredentials(found);
        isTold = true;
    };
    return methods.map((method) => (whyNotOthers) => {
        const enginePath = translate(runnerPath);
        if (enginePath === null && method === 'bind')
            throw unseen(runnerPath);
        const reason = spec.workspace === 'auto' ? ['auto', ...whyNotOthers].join('; ') : 'asked for';
        return PREPARE[method]({
            docker,
            name: run.identity.container,
            labels: { ...labelsOf(labelFacts(context, spec), {}), ...sharedLabel(null) },
            runner,
            runnerPath,
            enginePath: enginePath ?? runnerPath,
            path: spec.workspacePath ?? runnerPath,
            reason,
            uncommitted: spec.workspaceUncommitted,
            isStaging: (path) => isStaging(runnerPath, env, path),
            scratch: run.folder.private,
            cancel: signals.cancel,
            onCredentials: tellOnce,
        });
    });
}
/** The most files that a line names. */
const MOST_NAMED = 20;
function tellCredentials({ replaced, kept }) {
    const named = (paths) => {
        const first = paths.slice(0, MOST_NAMED).map((path) => Buffer.from(path, 'latin1').toString('utf8'));
        return paths.length > MOST_NAMED
            ? `${first.join(', ')} and ${paths.length - MOST_NAMED} more`
            : first.join(', ');
    };
    if (replaced.length > 0)
        info(`Empty in the task's copy, for steps of this job wrote credentials there: ${named(replaced.map(({ path }) => path))}`);
    if (kept.length > 0)
        notice(`The task can read tokens that steps of this job wrote: ${named(kept)}. Let them write to the runner's temporary folder, or remove the files before this step.`, 'Credentials in the workspace');
}
function unseen(path) {
    return new errors/* TaskError */.Ik('ACODE-CTN-010', `The engine does not see the workspace ${path}: it is in this container only. Use workspace: copy, or mount the workspace from the engine's machine.`);
}

;// CONCATENATED MODULE: ./build/run/create.js















/** The task's container with its workspace, and its network, which is made beside the workspace. */
async function create_create(context, spec, image, mode) {
    const unlimited = unlimitedWarning(spec.resources, mode);
    if (unlimited !== null)
        runner_warning(unlimited, 'No limits');
    const { recorder } = context.run;
    const { container: ownContainer, translate } = await ownPlace(context.docker);
    context.ownContainer = ownContainer;
    const candidates = await recorder.phase('workspace', () => workspaceCandidates(context, spec, translate, mode.runner));
    const network = findNetwork(context, spec);
    // Waited for in any case, or it would come into being after everything was removed.
    const networkSettled = network.then(create_nothing, create_nothing);
    try {
        return await firstUsable(context, spec, candidates, async (workspace) => createWith(context, spec, image, workspace, await network, translate, mode));
    }
    finally {
        await networkSettled;
    }
}
const create_nothing = () => undefined;
/** Of the workspaces that come into question the first that works with this engine, with the reason in log and record. */
async function firstUsable(context, spec, candidates, createIn) {
    const { recorder } = context.run;
    const whyNot = [];
    for (const candidate of candidates) {
        throwIfCancelled(context);
        try {
            const workspace = await recorder.phase('workspace', () => candidate(whyNot));
            context.workspace = workspace;
            const container = await recorder.phase('create', () => createIn(workspace));
            return { container, workspace };
        }
        catch (error) {
            if (!(error instanceof UnusableMethodError))
                throw error;
            whyNot.push(error.message);
            // That its rest could not be removed is not why the task fails.
            await context.workspace?.dispose().catch((failure) => {
                recorder.record.cleanup.failed.push((0,errors/* messageOf */.bD)(failure));
            });
        }
    }
    throw new errors/* TaskError */.Ik('ACODE-CTN-010', `The workspace could not be isolated (workspace: ${spec.workspace}): ${whyNot.join('; ')}. ${ADVICE[spec.workspace]}`);
}
const create_SHARE = 'workspace: bind shares the runner’s folder.';
const AUTO_OR_SHARE = `Use workspace: auto; ${create_SHARE}`;
/** What is left to try where a method failed. */
const ADVICE = {
    auto: `Correct what is named, or ${create_SHARE}`,
    overlay: AUTO_OR_SHARE,
    clone: AUTO_OR_SHARE,
    copy: AUTO_OR_SHARE,
    bind: 'Use workspace: auto.',
    none: 'Correct what is named.',
};
async function createWith(context, spec, image, workspace, network, translate, mode) {
    const { docker, run, env } = context;
    const { method, reason, path } = workspace;
    run.recorder.record.workspace = { method, reason, path, changedFiles: null, deletedFiles: null };
    const container = await makeTaskContainer(docker, {
        identity: run.identity,
        spec,
        secrets: run.inputs.secrets ?? {},
        image,
        workspace,
        network,
        runnerPath: env.GITHUB_WORKSPACE ?? process.cwd(),
        labels: labelFacts(context, spec),
        repository: { server: env.GITHUB_SERVER_URL ?? '', name: env.GITHUB_REPOSITORY ?? '' },
        env,
        runner: mode.runner,
        privateFolder: run.folder.private,
        translate,
        onPlan: (plan, folders) => create_tell(context, spec, image, workspace, plan, folders, mode),
    });
    run.recorder.record.container.id = container.id;
    return container;
}
function create_tell({ run }, spec, image, workspace, plan, folders, mode) {
    const { record } = run.recorder;
    record.commandSummary = summarizeCommand(plan.command, run.recorder.redaction);
    record.container.user = nameOfUser(spec, image, plan);
    record.container.profile = spec.profile;
    record.container.network = plan.network.name;
    record.caches = [...plan.caches];
    record.container.limits = limits_limitsOf(spec.resources, mode);
    group(`${run.identity.container} from ${image.reference}`, [
        `image      ${image.digest ?? image.id} (${image.platform}, ${formatBytes(image.bytes)})`,
        `workspace  ${workspace.method} (${workspace.reason}) at ${workspace.path}`,
        `network    ${plan.network.name}${plan.network.hidesMetadata ? ', the metadata address hidden' : ''}`,
        `user       ${record.container.user}${isRootless(mode.runner) ? ' of a rootless engine' : ''}, profile ${spec.profile}, control folder by ${folders}`,
        ...plan.caches.map(({ name, volume, target }) => `cache      ${name} at ${target} (volume ${volume})`),
        `timeout    ${formatSeconds(spec.timeoutSeconds)}`,
    ]);
    if (isDebug())
        debug(`The container is created by: ${shellLine(createArguments(plan))}`);
}
/** The user as the task or its image names it, which says more than its numbers. */
function nameOfUser({ user }, image, plan) {
    if (user === 'runner')
        return plan.user.option;
    return user === 'image' ? image.user || 'root' : user;
}

// EXTERNAL MODULE: ./build/image/catalog.js
var catalog = __webpack_require__(4333);
;// CONCATENATED MODULE: ./build/image/toolchain.js



/**
 * Maps `name[@version]` to an image: the toolchains file first, then the catalog.
 * @throws TaskError ACODE-CTN-006 for a name that neither has
 */
function resolveToolchain(requested, file) {
    const match = /^([a-z][a-z0-9+-]*)(?:@([\w][\w.+-]*))?$/i.exec(requested.trim());
    if (!match?.[1])
        throw new errors/* TaskError */.Ik('ACODE-CTN-006', `"${requested}" is no toolchain. Write one name and version, such as node@22.`);
    const name = match[1].toLowerCase();
    const own = file?.entries[name];
    const listed = Object.hasOwn(catalog/* CATALOG */.W, name) ? catalog/* CATALOG */.W[name] : undefined;
    const image = own?.image ?? listed?.image;
    if (image === undefined)
        throw unknownToolchain(name, file);
    const version = match[2] ?? own?.version ?? listed?.version ?? 'latest';
    const tag = own ? version : (listed?.tag?.(version) ?? version);
    return {
        requested,
        resolved: `${name}@${version}`,
        image: image.replaceAll('{version}', tag),
        source: own && file ? file.path : 'catalog',
    };
}
function unknownToolchain(name, file) {
    const names = [...new Set([...Object.keys(catalog/* CATALOG */.W), ...Object.keys(file?.entries ?? {})])];
    return new errors/* TaskError */.Ik('ACODE-CTN-006', `The toolchain "${name}" is unknown; did you mean ${(0,mod/* closest */.kp)(name, names)}? Known are ${names.join(', ')}. ` +
        `Name an image instead (image: …), or add it to .github/toolchains.yml (${name}: some/image:{version}).`);
}

;// CONCATENATED MODULE: ./build/image/find-toolchain.js


/** The toolchain that is read from the repository's own files. */
const find_toolchain_AUTO = 'auto';
/**
 * Maps what a task asks for to an image: `auto` and a name without a version are looked for in the repository's files.
 * @throws TaskError ACODE-CTN-006 where nothing is found, or more than one image can hold, or files contradict
 */
async function findToolchain(requested, file, { workspace, folder }) {
    if (requested.includes('@'))
        return resolveToolchain(requested, file);
    const isAuto = requested.trim() === find_toolchain_AUTO;
    const wanted = isAuto ? null : requested.trim().toLowerCase();
    // Its parsers are loaded where they are needed.
    const { detectToolchains } = await Promise.all(/* import() */[__webpack_require__.e(88), __webpack_require__.e(523)]).then(__webpack_require__.bind(__webpack_require__, 9523));
    const detected = await detectToolchains(workspace, folder, wanted);
    const [first, ...others] = detected;
    if (isAuto && first === undefined)
        throw nothingFound(folder);
    if (first !== undefined && others.length > 0)
        throw several(detected);
    if (first === undefined || (!isAuto && first.version === null))
        return resolveToolchain(requested, file);
    const { name, version, source } = first;
    const resolved = resolveToolchain(version === null ? name : `${name}@${version}`, file);
    return { ...resolved, requested, source };
}
const nothingFound = (folder) => new errors/* TaskError */.Ik('ACODE-CTN-006', `toolchain: auto found no file that names a toolchain in ${folder === '' ? 'the workspace' : folder} or above it (package.json, go.mod, *.csproj, .tool-versions and others). Check the repository out before this step, set working-directory, or name the toolchain (toolchain: node@22).`);
const several = (detected) => {
    const found = detected.map(({ name, source }) => `${name} (${source})`).join(', ');
    return new errors/* TaskError */.Ik('ACODE-CTN-006', `toolchain: auto found several toolchains: ${found}. Name the one that the task needs, or an image that has them all (image: …).`);
};

;// CONCATENATED MODULE: ./build/image/image.js



const inspectSchema = schemas/* object */.Ikc({
    Id: schemas/* string */.YjP(),
    RepoDigests: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    Architecture: schemas/* string */.YjP(),
    Os: schemas/* string */.YjP(),
    Size: schemas/* number */.aig(),
    Config: schemas/* object */.Ikc({
        User: schemas/* string */.YjP().nullish(),
        Entrypoint: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
        Cmd: schemas/* array */.YOg(schemas/* string */.YjP()).nullish(),
    })
        .nullish(),
});
/**
 * The image of a task, pulled where it has to be (RUN-6).
 * @throws TaskError ACODE-CTN-004 where it cannot be had, ACODE-CTN-005 where no engine answers
 */
async function ensureImage(docker, request) {
    if (request.pull !== 'always') {
        const here = await findImage(docker, request);
        if (here)
            return here;
        if (request.pull === 'never')
            throw new errors/* TaskError */.Ik('ACODE-CTN-004', `The image ${request.reference} is not on this engine, and pull is never. Pull or build it before, or use pull: if-missing.`);
    }
    await pull(docker, request);
    const pulled = await findImage(docker, request);
    if (pulled)
        return pulled;
    throw new errors/* TaskError */.Ik('ACODE-CTN-004', `The image ${request.reference} was pulled but the engine does not have it${request.platform ? ` for ${request.platform}` : ''}. Check its name and platform.`);
}
async function findImage(docker, { reference, platform }) {
    const json = await docker.find(['image', 'inspect', '--format', '{{json .}}', reference]);
    if (json === null)
        return null;
    const found = inspectSchema.parse(JSON.parse(json));
    const digest = digestOf(reference, found.RepoDigests ?? []);
    const image = {
        reference,
        id: found.Id,
        digest,
        platform: `${found.Os}/${found.Architecture}`,
        user: found.Config?.User ?? '',
        entrypoint: found.Config?.Entrypoint ?? [],
        command: found.Config?.Cmd ?? [],
        bytes: found.Size,
    };
    return platform === undefined || samePlatform(platform, image.platform) ? image : null;
}
/** The digest of the repository that the reference names, since one image can be in several. */
function digestOf(reference, digests) {
    const repository = reference.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    const own = digests.find((one) => one.startsWith(`${repository}@`)) ?? digests[0];
    return own?.split('@')[1] ?? null;
}
const samePlatform = (asked, has) => asked === has || asked.startsWith(`${has}/`) || (!asked.includes('/') && has.startsWith(`${asked}/`));
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 1_000;
/** Faults of the way to the registry, which a second try often does not meet; all else is final at once. */
const PASSING = /timeout|timed out|connection (reset|refused)|unexpected EOF|temporary failure|too many requests|toomanyrequests|internal server error|bad gateway|service unavailable|TLS handshake/i;
async function pull(docker, request) {
    const platform = request.platform ? ['--platform', request.platform] : [];
    for (let attempt = 1;; attempt++) {
        try {
            await docker.call(['pull', ...platform, request.reference], {
                timeoutMs: BOUNDS.pull,
                signal: request.signal,
                onOutput: byLine(request.onProgress),
            });
            return;
        }
        catch (error) {
            const again = attempt < ATTEMPTS && isPassing(error);
            if (!again)
                throw await pullError(docker, request, error);
            const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
            request.onProgress(`${(0,errors/* messageOf */.bD)(error)}; trying again in ${pause / 1000} s (${attempt} of ${ATTEMPTS - 1})`);
            await sleep(pause, request.signal);
        }
    }
}
const isPassing = (error) => error instanceof EngineError && error.kind === 'failed' && PASSING.test(error.message);
async function pullError(docker, { reference }, error) {
    if (!(error instanceof EngineError) || error.kind === 'aborted')
        return error;
    const unanswered = await docker.whyNot();
    if (unanswered !== null)
        return error;
    return new errors/* TaskError */.Ik('ACODE-CTN-004', `The image ${reference} could not be pulled: ${(0,errors/* sentence */.em)(error.message)} ${pullAdvice(error.message)}`, { cause: error });
}
/** What can be done about a pull that failed, by what the engine says of it. */
function pullAdvice(message) {
    if (/no space left on device|disk quota exceeded/i.test(message))
        return 'Free space on the engine’s disk, for instance with: docker system prune.';
    if (/no matching manifest|does not match the specified platform/i.test(message))
        return 'Use a tag that exists for this platform, or name another one with platform.';
    if (/too many requests|toomanyrequests|rate limit/i.test(message))
        return 'Log in before this step (docker login), which raises the limit, or try again later.';
    if (/manifest unknown|invalid reference|(tag|manifest) .*not found/i.test(message))
        return 'Check its name and tag.';
    if (/denied|unauthorized|authentication required|forbidden/i.test(message))
        return 'Check its name, and that this machine may pull it (docker login before this step).';
    if (/no such host|timeout|timed out|connection (reset|refused)|unreachable|certificate|TLS/i.test(message))
        return 'Check the registry in its name, and that this machine reaches it.';
    return 'Check its name, and that this machine may pull it (docker login before this step).';
}
function byLine(onLine) {
    let rest = '';
    return (chunk) => {
        const lines = (rest + chunk.toString('utf8')).split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines)
            if (line.trim() !== '')
                onLine(line);
    };
}
function sleep(milliseconds, signal) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener('abort', () => {
            clearTimeout(timer);
            resolve();
        });
    });
}

// EXTERNAL MODULE: ./node_modules/zod/v4/classic/errors.js
var classic_errors = __webpack_require__(961);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var core_errors = __webpack_require__(7428);
;// CONCATENATED MODULE: ./build/formats/structured-text.js
/**
 * Parses YAML or JSON. JSON, being what `toJSON()` and matrices give, does not need the YAML parser loaded.
 * @throws Error with line and column where the text is neither
 */
async function parseStructured(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return parseYaml(text);
    }
}
async function parseYaml(text) {
    const { readYaml } = await Promise.all(/* import() */[__webpack_require__.e(815), __webpack_require__.e(776)]).then(__webpack_require__.bind(__webpack_require__, 9776));
    const document = readYaml(text, { prettyErrors: true });
    const [error] = document.errors;
    // Only the first line: the lines behind it quote the text, which may hold a secret.
    if (error)
        throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''));
    return document.toJS();
}

;// CONCATENATED MODULE: ./build/image/toolchains-file.js






/** An image as the contract has it, with {version} anywhere: a file of the repository gives the engine no option. */
const imagePattern = schemas/* string */.YjP()
    .regex(/^[a-zA-Z0-9{][a-zA-Z0-9._:/@{}-]*$/, 'is no image reference, such as registry.example/node:{version}');
const entrySchema = schemas/* union */.KCZ([
    imagePattern.transform((image) => ({ image })),
    schemas/* strictObject */.rej({
        image: imagePattern,
        version: schemas/* union */.KCZ([schemas/* string */.YjP().regex(/^\w[\w.+-]*$/, 'is no version'), schemas/* number */.aig().transform(String)])
            .optional(),
    }),
]);
const fileSchema = schemas/* record */.g1P(schemas/* string */.YjP(), entrySchema);
/**
 * Reads a toolchains file: a map of a toolchain's name to an image (`node: registry.example/node:{version}`),
 * or to `{ image, version }` with a default version.
 * @throws TaskError ACODE-CTN-006
 */
async function readToolchainsFile(path, text) {
    try {
        return { path, entries: fileSchema.parse((await parseStructured(text)) ?? {}) };
    }
    catch (error) {
        const what = error instanceof classic_errors/* ZodError */.G ? core_errors/* prettifyError */.S1(error) : (0,errors/* messageOf */.bD)(error);
        throw new errors/* TaskError */.Ik('ACODE-CTN-006', `The toolchains file ${path} is not valid: ${what}. Write a line such as node: registry.example/node:{version} for each toolchain.`);
    }
}
const DEFAULT_FILE = '.github/toolchains.yml';
/** Many times what a line for each toolchain there is takes. */
const toolchains_file_MOST_BYTES = 64 * 1024;
/**
 * The toolchains file of a workspace: the one that is named, or the usual one; null where neither is there.
 * @throws TaskError ACODE-CTN-006 where it cannot be read, is not valid, or leads out of the workspace
 */
async function findToolchainsFile(named, workspace) {
    const path = named ?? DEFAULT_FILE;
    try {
        const bytes = await (0,read_within/* readWithin */.w)((0,external_node_path_.join)(workspace, path), workspace, toolchains_file_MOST_BYTES + 1);
        if (bytes.length > toolchains_file_MOST_BYTES)
            throw new Error(`it is longer than ${formatBytes(toolchains_file_MOST_BYTES)}`);
        return await readToolchainsFile(path, bytes.toString('utf8'));
    }
    catch (error) {
        if (error instanceof errors/* TaskError */.Ik)
            throw error;
        if (named === undefined && isMissing(error))
            return null;
        const why = `The toolchains file ${path} cannot be read: ${(0,errors/* sentence */.em)((0,errors/* messageOf */.bD)(error))} Correct it, or the input toolchains-file.`;
        throw new errors/* TaskError */.Ik('ACODE-CTN-006', why, { cause: error });
    }
}
const isMissing = (error) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

;// CONCATENATED MODULE: ./build/run/find-image.js






/** The image of the task, by name or toolchain, pulled where it has to be. */
async function find_image_findImage(context, spec) {
    const { docker, run, signals, env } = context;
    const { record } = run.recorder;
    const workspace = env.GITHUB_WORKSPACE ?? process.cwd();
    if (spec.toolchain !== undefined) {
        const file = await findToolchainsFile(run.inputs['toolchains-file'], workspace);
        const folder = folderOf(spec);
        record.toolchain = await findToolchain(spec.toolchain, file, { workspace, folder });
        const { resolved, source } = record.toolchain;
        if (source !== 'catalog')
            info(`The toolchain is ${resolved}, from ${source}.`);
    }
    const reference = spec.image ?? record.toolchain?.image ?? '';
    record.container.image = reference;
    await run.recorder.keep();
    const group = lazyGroup(`Pulling ${reference}`);
    try {
        const image = await ensureImage(docker, {
            reference,
            pull: spec.pull,
            platform: spec.platform,
            signal: signals.cancel,
            onProgress: group.line,
        });
        record.container.digest = image.digest ?? image.id;
        record.container.platform = image.platform;
        record.budgets.imageBytes = image.bytes;
        return image;
    }
    finally {
        group.end();
    }
}
/** The task's working directory, relative to the workspace; the workspace itself where it is elsewhere. */
function folderOf({ workdir = '', workspacePath }) {
    if (!(0,posix_.isAbsolute)(workdir))
        return workdir;
    return workspacePath !== undefined && (0,host_files/* isWithin */.UO)(workdir, workspacePath)
        ? (0,posix_.relative)(workspacePath, workdir)
        : '';
}
/** A group that is there only where it has lines. */
function lazyGroup(title) {
    let open = false;
    return {
        line(line) {
            if (!open)
                startGroup(title);
            open = true;
            info(line);
        },
        end() {
            if (open)
                endGroup();
        },
    };
}

;// CONCATENATED MODULE: ./build/container/check-spec.js





/**
 * What can be told of a task by itself, before anything is asked of an engine: a pull may take minutes (RUN-1). A plan
 * tells it before a leg does (FID-2). ACODE-CTN-011 for what breaks isolation, ACODE-CTN-006 for shells and options
 * that are none.
 */
function specProblems(spec) {
    return [
        ...problemOf(['network'], () => refuseHostNetwork(spec)),
        ...problemOf(['shell'], () => commandOf(spec)),
        ...spec.mounts.flatMap((mount, index) => problemOf(['mounts', index, 'source'], () => refuseSource(mount))),
        ...optionProblems(spec.options).map((error) => ({ path: ['options'], error })),
    ];
}
function problemOf(path, check) {
    try {
        check();
        return [];
    }
    catch (error) {
        if (error instanceof errors/* TaskError */.Ik)
            return [{ path, error }];
        throw error;
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

;// CONCATENATED MODULE: ./build/record/log-end.js

/** More than any number of lines that people are shown. */
const KEPT_BYTES = 64 * 1024;
/**
 * The end of a log's first so many bytes: from the start of a line, where it does not begin with the log's first.
 * Empty where the log cannot be read, which is reported where it was written.
 */
async function readLogEnd(path, bytes) {
    try {
        const file = await (0,external_node_fs_promises_.open)(path);
        try {
            const start = Math.max(0, bytes - KEPT_BYTES);
            const buffer = Buffer.alloc(bytes - start);
            const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
            const text = buffer.toString('utf8', 0, bytesRead);
            return start === 0 ? text : text.slice(text.search(/[\r\n]/) + 1);
        }
        finally {
            await file.close();
        }
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./build/record/recorder.js










/** Fields whose values are words and times of ours: a secret that happens to be one of them gives nothing away. */
const FIXED = new Set([
    ...['status', 'code', 'startedAt', 'finishedAt'],
    ...['specversion', 'type', 'time', 'datacontenttype'],
]);
/** Fields by which a record is found, and what it is of: no task strikes them out. */
const IDENTITY = new Set([
    ...['session', 'task', 'label', 'name', 'id', 'image', 'digest', 'url', 'repository', 'sha', 'ref'],
    ...['source', 'subject', 'container'],
]);
/**
 * Keeps a run's record while it runs: phases, events, log. What cannot be written is told once and costs the
 * task nothing; the files that are there stay.
 */
class Recorder {
    record;
    paths;
    log;
    /** Path of the task's changes; null where there are none. */
    patch = null;
    redaction;
    /** What the task asked to be masked: only its own words, and nothing by which its record is found. */
    taskMasks = new Redaction();
    told = false;
    /** How much of the log is the task's output. */
    outputBytes = 0;
    isFinished = false;
    /** The last write of the record: one at a time. */
    saving = Promise.resolve();
    constructor(record, paths, redaction) {
        this.record = record;
        this.paths = paths;
        this.redaction = redaction;
        this.log = (0,external_node_fs_.createWriteStream)(paths.log, { flags: 'a' });
        this.log.on('error', (error) => this.cannotWrite(error));
    }
    /** Opens a record that says, until it is finished, that its run was ended before. */
    static async open(record, paths, redaction) {
        const recorder = new Recorder(record, paths, redaction);
        await recorder.save();
        return recorder;
    }
    /**
     * Does the work of one phase and keeps how long it took, also where it fails. What is known then is on the disk: a
     * main that is killed has said it.
     */
    async phase(phase, work) {
        const started = performance.now();
        try {
            return await work();
        }
        finally {
            const milliseconds = Math.round(performance.now() - started);
            this.record.phases[phase] = (this.record.phases[phase] ?? 0) + milliseconds;
            this.event('task.container.phase', { phase, milliseconds });
            await this.keep();
        }
    }
    /** Puts on the disk what is known by now, for a main that is killed next. */
    async keep() {
        if (!this.isFinished)
            await this.save().catch((error) => this.cannotWrite(error));
    }
    /** Appends an event to `events.jsonl`. */
    event(type, data) {
        if (!this.isFinished)
            this.append(cloudEvent(type, this.record, data));
    }
    /** Closes the log and writes the finished record. */
    async finish() {
        const { record } = this;
        this.isFinished = true;
        markFinished(record, Math.round(performance.now()) / 1000);
        this.outputBytes = this.log.bytesWritten + this.log.writableLength;
        if (record.error)
            this.log.write(this.redaction.text(`${record.error.code}: ${record.error.message}\n`));
        this.log.end();
        await (0,external_node_stream_promises_.finished)(this.log).catch((error) => this.cannotWrite(error));
        this.append(finishedEvent(record));
        await this.save().catch((error) => this.cannotWrite(error));
    }
    /** The last lines of the output of a finished run as plain text. */
    async lastLines(count) {
        return lastLines(await readLogEnd(this.paths.log, this.outputBytes), count, this.strikeText);
    }
    /** A text of the task's without secrets, and without what the task masks. */
    strikeText = (text) => this.redaction.text(this.taskMasks.text(text));
    append(line) {
        const error = appendEvent(this.paths.events, this.strike(line));
        if (error)
            this.cannotWrite(error);
    }
    /** The record without secrets, as it is written: once a text is quoted or escaped, not all of them can be found. */
    struck() {
        return JSON.parse(this.strike(JSON.stringify(this.record)));
    }
    async save() {
        const write = () => writeRecord(this.paths.run, this.struck());
        this.saving = this.saving.then(write, write);
        await this.saving;
    }
    /** Strikes secrets out of the texts in JSON, as they are and not as JSON escapes them. */
    strike(json) {
        return JSON.stringify(JSON.parse(json, (key, value) => typeof value === 'string' && !FIXED.has(key) ? this.redaction.text(this.unmasked(key, value)) : value));
    }
    unmasked(key, value) {
        return IDENTITY.has(key) ? value : this.taskMasks.text(value);
    }
    cannotWrite(error) {
        if (this.told)
            return;
        this.told = true;
        runner_warning(`The record in ${this.paths.run} is not whole: ${(0,errors/* sentence */.em)((0,errors/* messageOf */.bD)(error))} The task is not affected; free space in RUNNER_TEMP.`, 'ACODE-CTN-013');
    }
}

;// CONCATENATED MODULE: ./build/formats/key-values.js
/** A line that is no `KEY=VALUE`. */
class KeyValueError extends Error {
    name = 'KeyValueError';
}
/**
 * Parses the format of the runner's file commands (`GITHUB_OUTPUT`, `GITHUB_ENV`): lines `KEY=VALUE`, and
 * `KEY<<END` … `END` for values of several lines. Used for what a task writes and for inputs of the same form.
 * Blank lines count for nothing. Names alone are looked up above the first `KEY=VALUE` only.
 * @throws KeyValueError that names the line
 */
function parseKeyValues(text, { keys = /./s, lookUp, keepsLastNewline = false } = {}) {
    const values = new Map();
    const lines = text.split(/\r?\n/);
    let mayContinue = false;
    for (let at = 0; at < lines.length; at++) {
        const line = lines[at] ?? '';
        if (line.trim() === '')
            continue;
        const heredoc = /^([^=<]+)<<(.+)$/.exec(line);
        const equals = line.indexOf('=');
        if (heredoc?.[1]?.trim() && heredoc[2] && keys.test(heredoc[1].trim())) {
            const end = lines.indexOf(heredoc[2], at + 1);
            if (end < 0)
                throw new KeyValueError(`line ${at + 1} is KEY<<END, but no line END follows`);
            const value = lines.slice(at + 1, end);
            values.set(heredoc[1].trim(), [...value, ...(keepsLastNewline && value.length > 0 ? [''] : [])].join('\n'));
            at = end;
        }
        else if (equals > 0 && keys.test(line.slice(0, equals).trim())) {
            values.set(line.slice(0, equals).trim(), line.slice(equals + 1));
            mayContinue = true;
        }
        else {
            // The line itself may be half of a secret: only its number is told.
            const found = lookUp?.(line.trim(), at + 1) ?? null;
            if (found === null) {
                const instead = /^\s*[A-Za-z_][\w.-]*:(\s|$)/.test(line)
                    ? '; use NODE_ENV=test, not NODE_ENV: test'
                    : ' (a value of several lines is KEY<<END … END)';
                throw new KeyValueError(`line ${at + 1} is no KEY=VALUE${instead}`);
            }
            if (mayContinue)
                throw new KeyValueError(`line ${at + 1} is a name alone below a KEY=VALUE, and may be its second line: write names above the first KEY=VALUE, and a value of several lines as KEY<<END … END`);
            for (const [name, value] of found)
                values.set(name, value);
        }
    }
    return values;
}

;// CONCATENATED MODULE: ./build/task/env-lines.js


/** What the runner gives its actions and no task may have, also when asked by name (SECURITY.md). */
const NEVER_PASSED = /^(ACTIONS_(RUNTIME_TOKEN|RUNTIME_URL|RESULTS_URL|CACHE_URL|ID_TOKEN_.*)|GITHUB_TOKEN|RUNNER_TRACKING_ID|INPUT_.*|STATE_.*)$/;
const PATTERN = /^[A-Za-z_][\w.-]*\*$/;
/**
 * Reads the input `env`: lines `KEY=VALUE` and `KEY<<END` … `END`, and above the first `KEY=VALUE` names (`KEY`,
 * `PREFIX_*`) of the runner's variables. Below it such a line is refused: it may be the second line of a value, and
 * would hand over what nobody asked for.
 * @throws KeyValueError
 */
function readEnvLines(text, runner) {
    const missing = [];
    const values = parseKeyValues(text, {
        keys: VARIABLE_NAME,
        lookUp: (name, line) => {
            const found = PATTERN.test(name) ? likeOf(name.slice(0, -1), runner) : named(name, line, runner);
            if (found !== null && found.length === 0)
                missing.push(name);
            return found;
        },
    });
    return { values, missing };
}
/** The runner's variable of a name; null for what is no name. */
function named(name, line, runner) {
    if (NEVER_PASSED.test(name))
        throw new KeyValueError(`line ${line} asks for the runner's ${name}, which no task gets; give a value of your own with ${name}=…, best in secrets`);
    if (!VARIABLE_NAME.test(name))
        return null;
    const value = runner[name];
    return value === undefined ? [] : [[name, value]];
}
/** The runner's variables that begin like this, without those that no task gets or that are the action's own. */
const likeOf = (prefix, runner) => Object.entries(runner).flatMap(([name, value]) => name.startsWith(prefix) &&
    value !== undefined &&
    VARIABLE_NAME.test(name) &&
    !NEVER_PASSED.test(name) &&
    !OWN_VARIABLES.has(name)
    ? [[name, value]]
    : []);

;// CONCATENATED MODULE: ./build/task/identity.js



const identity_PREFIX = 'acode';
/** DNS labels (RFC 1123) have at most 63 characters. */
const identity_LONGEST_NAME = 63;
const LONGEST_SESSION = 24;
/** A digit and 11 characters of 5 bits: 57 bits, so that a name given twice by chance is out of the question. */
const HASH_LENGTH = 12;
const HASH_DIGITS = '234567';
const HASH_ALPHABET = `abcdefghijklmnopqrstuvwxyz${HASH_DIGITS}`;
/** What a hash looks like: it starts with a digit, so that no word is taken for one. */
const HASH = `[${HASH_DIGITS}][${HASH_ALPHABET}]{${HASH_LENGTH - 1}}`;
const HASHED_SESSION = new RegExp(`h${HASH}$`);
const HASHED_TASK = new RegExp(`(^|-)${HASH}$`);
/**
 * Names a task. Deterministic, and injective but for chance: an id that is kept letter for letter never looks
 * like one that was shortened, and what is shortened carries a hash of the whole (CTN-13).
 */
function identify(source) {
    const session = source.sessionId === undefined ? defaultSession(source) : sessionName(source.sessionId);
    const task = source.taskId === undefined ? defaultTask(source, roomIn(session)) : taskNameIn(session, source.taskId);
    return { session, task, container: `${identity_PREFIX}-${session}-${task}` };
}
const LONGEST_LABEL = 100;
/** What people call the task: its id as they wrote it, else `job (22, ubuntu)` as GitHub names the leg's job. */
function labelOf({ taskId, job, matrix }) {
    const values = leaves(matrix).join(', ');
    const leg = `${job || 'job'}${values === '' ? '' : ` (${values})`}`;
    const given = identity_oneLine(taskId ?? '');
    return shorten(given === '' ? identity_oneLine(leg) : given, LONGEST_LABEL);
}
const identity_oneLine = (text) => visible(text.replace(/\s+/g, ' ').trim());
/** The name that a task id gets in the session of this name. */
const taskNameIn = (session, taskId) => taskName(taskId, roomIn(session));
/** How long a task's name may be. */
const roomIn = (session) => identity_LONGEST_NAME - identity_PREFIX.length - session.length - 2;
/** Reads session and task back from a container's name; null where it is none of ours (CTN-9). */
function splitName(container) {
    const match = /^acode-([a-z0-9]+)-([a-z0-9-]+)$/.exec(container);
    return match?.[1] && match[2] ? { session: match[1], task: match[2] } : null;
}
function defaultSession(source) {
    return sessionName(`r${source.runId || '0'}a${source.runAttempt || '1'}`);
}
function sessionName(id) {
    if (/^[a-z0-9]+$/.test(id) && id.length <= LONGEST_SESSION && !HASHED_SESSION.test(id))
        return id;
    const kept = id
        .toLowerCase()
        .replace(/[^a-z0-9]/g, '')
        .slice(0, LONGEST_SESSION - HASH_LENGTH - 1);
    return `${kept}h${hash([id])}`;
}
function taskName(id, room) {
    const isLabel = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(id);
    if (isLabel && id.length <= room && !HASHED_TASK.test(id))
        return id;
    return hashed(id, [id], room);
}
/** Job id and matrix values for people; the hash tells apart what they leave out. */
function defaultTask(source, room) {
    const { repository, workflow, runId, runAttempt, job, step, checkRunId, jobIndex, turn = 0 } = source;
    const whole = [
        repository,
        workflow,
        runId,
        runAttempt,
        job,
        step,
        checkRunId,
        jobIndex,
        canonical(source.matrix),
        ...(turn === 0 ? [] : [String(turn)]),
    ];
    return hashed([job || 'job', ...scalars(source.matrix)].join('-'), whole, room);
}
function hashed(readable, whole, room) {
    const slug = readable
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .slice(0, room - HASH_LENGTH - 1)
        .replace(/^-+|-+$/g, '');
    return slug === '' ? hash(whole) : `${slug}-${hash(whole)}`;
}
function hash(parts) {
    const digest = (0,external_node_crypto_.createHash)('sha256').update(JSON.stringify(parts)).digest();
    const [first = 0, ...rest] = digest.subarray(0, HASH_LENGTH);
    return `${HASH_DIGITS[first % HASH_DIGITS.length]}${rest.map((byte) => HASH_ALPHABET[byte % 32]).join('')}`;
}
/** The same text for the same matrix values, in whatever order they come. */
function canonical(value) {
    if (Array.isArray(value))
        return `[${value.map(canonical).join(',')}]`;
    if (typeof value !== 'object' || value === null)
        return JSON.stringify(value) ?? 'null';
    return `{${sorted(value)
        .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
        .join(',')}}`;
}
const sorted = (value) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
function scalars(value) {
    if (Array.isArray(value))
        return value.flatMap(scalars);
    if (typeof value === 'object' && value !== null)
        return sorted(value).flatMap(([, one]) => scalars(one));
    return value === null || value === undefined ? [] : [String(value)];
}
/** The values of a matrix leg in the order of the workflow. */
function leaves(value) {
    if (typeof value === 'object' && value !== null)
        return Object.values(value).flatMap(leaves);
    return value === null || value === undefined ? [] : [String(value)];
}

;// CONCATENATED MODULE: ./build/task/command-line.js

/**
 * Splits a text into arguments as a shell does: at blanks and line ends, by quotes and backslashes. Nothing is run or
 * filled in.
 * @throws Error where a quote has no end, and where the text needs a shell
 */
function splitCommandLine(text) {
    try {
        return shellWords(text, true);
    }
    catch (error) {
        if (!(error instanceof QuotingError))
            throw error;
        throw new Error(`is no command line (${error.message}); use run for what needs a shell`);
    }
}

;// CONCATENATED MODULE: ./build/task/input-kinds.js




/** Adds a problem where `parse` throws; the value is then worth nothing. */
async function attempt(context, parse) {
    try {
        return await parse();
    }
    catch (error) {
        context.addIssue({ code: 'custom', message: (0,errors/* messageOf */.bD)(error) });
        return undefined;
    }
}
/** Adds a problem; the value is then worth nothing. */
const problem = (context, message) => {
    context.addIssue({ code: 'custom', message });
    return undefined;
};
const input_kinds_text = schemas/* string */.YjP().transform((value) => (value === '' ? undefined : value));
const input_kinds_flag = schemas/* string */.YjP().transform((value, context) => {
    if (value === '')
        return undefined;
    if (/^(true|false)$/i.test(value))
        return value.toLowerCase() === 'true';
    return problem(context, `has to be true or false: got ${JSON.stringify(value)}`);
});
const duration = schemas/* string */.YjP().transform((value, context) => {
    if (value === '')
        return undefined;
    return (parseDuration(value) ??
        problem(context, `has to be a duration such as 90s, 30m or 2h: got ${JSON.stringify(value)}`));
});
const days = schemas/* string */.YjP().transform((value, context) => {
    if (value === '')
        return undefined;
    const number = Number(value);
    return Number.isInteger(number) && number >= 1 && number <= 400
        ? number
        : problem(context, `has to be a number of days from 1 to 400: got ${JSON.stringify(value)}`);
});
const choice = (...values) => schemas/* string */.YjP().transform((value, context) => {
    if (value === '')
        return undefined;
    const found = values.find((one) => one === value);
    return found ?? problem(context, `has to be one of ${values.join(', ')}: got ${JSON.stringify(value)}`);
});
const structured = schemas/* string */.YjP()
    .transform((value, context) => (value === '' ? undefined : attempt(context, () => parseStructured(value))));
const words = schemas/* string */.YjP().transform((value) => value.split(/[\s,]+/).filter((word) => word !== ''));
const lines = schemas/* string */.YjP().transform((value) => {
    const all = value.split(/\r?\n/).map((line) => line.trim());
    return value.trim() === '' ? undefined : all.filter((line) => line !== '');
});
/** Reads all inputs of a schema, and tells all that is wrong with them. A broken input counts as not given. */
async function readAll(schema, read) {
    const raw = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, read(name)]));
    const parsed = await schema.safeParseAsync(raw);
    if (parsed.success)
        return { inputs: parsed.data, problems: [] };
    const problems = parsed.error.issues.map(({ path, message }) => ({
        field: `input ${String(path[0])}`,
        message,
    }));
    const broken = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    const rest = Object.entries(raw).map(([name, value]) => [name, broken.has(name) ? '' : value]);
    return { inputs: await schema.parseAsync(Object.fromEntries(rest)), problems };
}

;// CONCATENATED MODULE: ./build/task/inputs.js






const keyValues = (read) => schemas/* string */.YjP().transform(async (value, context) => {
    if (value.trim() === '')
        return undefined;
    return attempt(context, () => Object.fromEntries(read(value)));
});
/** What JSON has of secrets. Its parser's own words would quote them. */
function jsonSecrets(value) {
    try {
        return schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* string */.YjP()).safeParse(JSON.parse(value)).data ?? null;
    }
    catch {
        return null;
    }
}
/**
 * Lines `KEY=VALUE`, or a JSON map in one line: GitHub makes each line of a secret a mask, and what holds one is
 * struck out of all that the job says and hands on. Each is a file of that name in the container: a name that is a
 * path would be written elsewhere.
 */
const secretFiles = schemas/* string */.YjP().transform(async (value, context) => {
    if (value.trim() === '')
        return undefined;
    const secrets = value.trimStart().startsWith('{')
        ? (jsonSecrets(value) ?? problem(context, 'is no JSON map of names to texts'))
        : await attempt(context, () => Object.fromEntries(parseKeyValues(value, { keepsLastNewline: true })));
    if (Object.keys(secrets ?? {}).every((name) => /^\w[\w.-]*$/.test(name)))
        return secrets;
    return problem(context, 'has a KEY that is no file name (letters, digits, _ . -)');
});
const mountLines = schemas/* string */.YjP().transform((value, context) => {
    if (value.trim() === '')
        return undefined;
    return value.split(/\r?\n/).flatMap((line, index) => {
        if (line.trim() === '')
            return [];
        const match = /^([^:]+):(\/[^:]*)(?::(ro|rw))?$/.exec(line.trim());
        if (match?.[1] && match[2])
            return [{ source: match[1], target: match[2], readOnly: match[3] === 'ro' }];
        return problem(context, `line ${index + 1} is no source:target[:ro]`) ?? [];
    });
});
const cacheLines = schemas/* string */.YjP().transform((value, context) => {
    if (value.trim() === '')
        return undefined;
    return value.split(/\r?\n/).flatMap((line, index) => {
        if (line.trim() === '')
            return [];
        const match = /^([^:]+):(\/.*)$/.exec(line.trim());
        if (match?.[1] && match[2])
            return [{ name: match[1], target: match[2] }];
        return problem(context, `line ${index + 1} is no name:target`) ?? [];
    });
});
const volumeLines = mountLines.transform((mounts) => mounts?.map(({ source, ...mount }) => ({ name: source, ...mount })));
/** A list, or a command line. What begins as a list or map of YAML or JSON is read as one. */
const commandLine = schemas/* string */.YjP().transform((value, context) => {
    if (value === '')
        return undefined;
    const isStructured = /^\s*([[{]|-\s)/.test(value);
    return attempt(context, () => (isStructured ? parseStructured(value) : splitCommandLine(value)));
});
/** Every input of `./`, as the runner hands it over: text, empty where the workflow says nothing. */
const inputsSchema = schemas/* object */.Ikc({
    task: structured,
    'task-id': input_kinds_text,
    'session-id': input_kinds_text,
    image: input_kinds_text,
    toolchain: input_kinds_text,
    'toolchains-file': input_kinds_text,
    run: schemas/* string */.YjP().transform((value) => (value.trim() === '' ? undefined : value)),
    shell: input_kinds_text,
    command: commandLine,
    entrypoint: schemas/* string */.YjP().transform((value, context) => {
        if (value === '')
            return undefined;
        return value.startsWith('[') ? attempt(context, () => parseStructured(value)) : value;
    }),
    'working-directory': input_kinds_text,
    env: keyValues((lines) => readEnvLines(lines, process.env).values),
    secrets: secretFiles,
    mounts: mountLines,
    'cache-volumes': cacheLines,
    'engine-volumes': volumeLines,
    labels: keyValues((lines) => parseKeyValues(lines)),
    pull: input_kinds_text,
    platform: input_kinds_text,
    gpus: input_kinds_text,
    runtime: input_kinds_text,
    'shm-size': input_kinds_text,
    cpus: input_kinds_text,
    memory: input_kinds_text,
    'pids-limit': input_kinds_text,
    network: input_kinds_text,
    user: input_kinds_text,
    init: input_kinds_flag,
    profile: input_kinds_text,
    'read-only': input_kinds_flag,
    options: input_kinds_text,
    workspace: input_kinds_text,
    'workspace-path': input_kinds_text,
    'workspace-uncommitted': input_kinds_flag,
    changes: input_kinds_text,
    artifacts: lines,
    'collect-timeout': duration,
    'collect-max-bytes': input_kinds_text,
    'collect-max-files': input_kinds_text,
    'collect-max-depth': input_kinds_text,
    timeout: duration,
    'stop-grace': duration,
    'workflow-commands': input_kinds_text,
    'on-cancel': input_kinds_text,
    'allow-failure': input_kinds_flag,
    capabilities: words,
    'keep-failed': input_kinds_flag,
    'cleanup-age-days': days,
    summary: choice('always', 'on-failure', 'never'),
    upload: choice('always', 'on-failure', 'never'),
    'artifact-name': input_kinds_text,
    'retention-days': days,
    matrix: structured,
    'job-index': input_kinds_text,
    'check-run-id': input_kinds_text,
});
/** All inputs, in the order of the reference. */
const INPUT_NAMES = inputsSchema.keyof().options;
/** Reads all inputs, and tells all that is wrong with them. A broken input counts as not given. */
const readInputs = (read) => readAll(inputsSchema, read);

;// CONCATENATED MODULE: ./build/run/name.js




/**
 * Names a run. One that has no id of its own takes the first name that no other step of the job took before it: all
 * steps inside a composite action are one step to the runner, and steps may run side by side.
 * @param temp the runner's temporary folder, which is this job's alone
 */
async function nameRun(source, temp) {
    if (source.taskId !== undefined)
        return identify(source);
    for (let turn = 0;; turn++) {
        const identity = identify({ ...source, turn });
        if (await take((0,external_node_path_.join)(temp, `${identity.container}.name`)))
            return identity;
    }
}
/** True where nobody had taken the name. Only one of several who try at once makes the file. */
async function take(path) {
    try {
        await (0,external_node_fs_promises_.writeFile)(path, '', { flag: 'wx' });
        return true;
    }
    catch (error) {
        // Where nothing can be written, the run's own folder is what fails, and says why.
        return !(0,open_folder/* isErrno */.r)(error, 'EEXIST');
    }
}

;// CONCATENATED MODULE: ./build/run/state.js




/** What main keeps for post: enough to find and finish whatever main leaves, also when it is killed. Post removes by it. */
const state_stateSchema = schemas/* object */.Ikc({
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
const saveRunState = (state) => saveState(KEY, JSON.stringify(state));
/** Says that main came to its end by itself and left nothing behind. */
const saveDone = () => saveState(DONE, 'true');
/** The state that main kept; null where it kept none that can be read. */
function readRunState() {
    const text = runner.state(KEY);
    if (text === '')
        return null;
    try {
        return { state: state_stateSchema.parse(JSON.parse(text)), done: runner.state(DONE) === 'true' };
    }
    catch (error) {
        const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
        runner.warning(`The state that main kept cannot be read: ${why}`, 'ACODE-CTN-013');
        return null;
    }
}

;// CONCATENATED MODULE: ./build/run/open.js


















/**
 * Opens the run of this step: names it, keeps for post what it will make, and opens its record.
 * @throws TaskError ACODE-CTN-013 where the record cannot be written
 */
async function openRun(env) {
    const startedAt = new Date(performance.timeOrigin);
    const { inputs, problems } = await readInputs((name) => input(name, name === 'run'));
    maskSecrets(inputs.secrets ?? {});
    warnOfMissing(inputs, env);
    const temp = env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)();
    const source = sourceOf(inputs, env);
    const identity = await nameRun(source, temp);
    const owner = processIdentity();
    const task = open_settle(() => readTask(inputs, problems, specProblems));
    const artifactsSubdir = task.value?.container?.artifactsSubdir ?? 'container';
    const given = inputs['artifact-name'];
    const artifact = artifactName(given === undefined ? identity.container : attemptName(given, env.GITHUB_RUN_ATTEMPT));
    const publishing = { summary: inputs.summary ?? 'always', upload: inputs.upload ?? 'always' };
    const folder = newRunFolder(temp, identity.container);
    const paths = recordPaths(folder, artifactsSubdir);
    const marker = `ACODE_ENGINE_CALLER=${(0,external_node_crypto_.randomUUID)()}`;
    saveRunState({
        folder: folder.root,
        artifactsSubdir,
        ...identity,
        startedAt: startedAt.toISOString(),
        workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
        owner: JSON.stringify(owner),
        marker,
        artifact,
        ...publishing,
        retentionDays: inputs['retention-days'],
    });
    markChildren(marker);
    await makeRunFolder(folder, paths, owner);
    const record = newRecord({ ...identity, label: labelOf(source) }, env, VERSION, startedAt, inputs['check-run-id']);
    if (task.value?.container?.allowFailure)
        record.allowFailure = true;
    const recorder = await Recorder.open(record, paths, redaction);
    record.phases.prepare = Math.round(performance.now());
    return { inputs, identity, owner, folder, recorder, artifact, publishing, task: task.get };
}
/** Masks the secrets, and says which cannot be: ordinary text would be struck out with them. */
function maskSecrets(secrets) {
    for (const secret of Object.values(secrets))
        mask(secret);
    const shown = Object.keys(secrets).filter((name) => !canBeStruck(secrets[name] ?? ''));
    if (shown.length > 0)
        runner_warning(`Not masked are the secrets ${shown.join(', ')}: a value that is blank or shorter than ${SHORTEST_SECRET} characters is found in ordinary text everywhere. Give a longer one, or leave the secret out.`);
}
/** Says which of the runner's variables that `env` names are not there. What else is wrong with it is told as that. */
function warnOfMissing(inputs, env) {
    if (inputs.env === undefined)
        return;
    const { missing } = readEnvLines(input('env'), env);
    if (missing.length > 0)
        runner_warning(`The input env names variables that the runner does not have: ${missing.join(', ')}. The task goes without them; set them in the env of the step or job, or leave them out.`);
}
/** What the runner offers beside `docker`: the input `capabilities` and `ACODE_CAPABILITIES` together. */
function offeredCapabilities(inputs, env) {
    const machine = (env.ACODE_CAPABILITIES ?? '').split(/[\s,]+/).filter((word) => word !== '');
    return [...new Set([...inputs.capabilities, ...machine])];
}
function sourceOf(inputs, env) {
    return {
        sessionId: inputs['session-id'],
        taskId: inputs['task-id'] ?? payloadId(inputs.task),
        repository: env.GITHUB_REPOSITORY ?? '',
        workflow: env.GITHUB_WORKFLOW_REF ?? env.GITHUB_WORKFLOW ?? '',
        runId: env.GITHUB_RUN_ID ?? '',
        runAttempt: env.GITHUB_RUN_ATTEMPT ?? '',
        job: env.GITHUB_JOB ?? '',
        step: env.GITHUB_ACTION ?? '',
        matrix: inputs.matrix ?? null,
        checkRunId: inputs['check-run-id'] ?? '',
        jobIndex: inputs['job-index'] ?? '',
    };
}
/** Whatever we start from now on carries the marker in its environment. */
function markChildren(marker) {
    const [name = '', value = ''] = marker.split('=');
    process.env[name] = value;
}
function open_settle(work) {
    try {
        const value = work();
        return { value, get: () => value };
    }
    catch (error) {
        if (!(error instanceof errors/* TaskError */.Ik))
            throw error;
        return {
            value: null,
            get: () => {
                throw error;
            },
        };
    }
}

;// CONCATENATED MODULE: ./build/container/outcome.js


/** Judges a run: the container's exit decides, unless we ended it ourselves or its memory was not enough. */
function outcomeOf(endedBy, state, context) {
    const { exitCode, oomKilled } = state;
    const signal = signalOf(exitCode);
    const base = { exitCode, signal, warning: null };
    if (endedBy === 'cancel' && context.onCancel === 'succeeded')
        return { ...base, status: 'succeeded', error: null };
    if (endedBy === 'cancel')
        return {
            ...base,
            status: 'cancelled',
            error: {
                code: 'ACODE-CTN-009',
                message: `The task was cancelled; its container ${context.container} was stopped.`,
            },
        };
    if (endedBy === 'timeout')
        return {
            ...base,
            status: 'timed-out',
            error: {
                code: 'ACODE-CTN-007',
                message: `The task did not end within ${formatSeconds(context.timeoutSeconds)}; its container ${context.container} was stopped. Give it more time with timeout, or find out what it waits for in its log.`,
            },
        };
    if (oomKilled && exitCode !== 0)
        return {
            ...base,
            status: 'out-of-memory',
            error: {
                code: 'ACODE-CTN-008',
                message: `${outOfMemory(context)} Give it more with memory, or let it need less.`,
            },
        };
    if (exitCode === 0)
        return {
            ...base,
            status: 'succeeded',
            error: null,
            warning: oomKilled ? `${outOfMemory(context)} It went on and exited 0, but may have lost work.` : null,
        };
    return { ...base, status: 'failed', error: null };
}
const outOfMemory = ({ container, memoryBytes }) => `A process of the task in container ${container} was killed for memory (limit ${memoryBytes === undefined ? 'of the machine' : formatBytes(memoryBytes)}).`;
function signalOf(exitCode) {
    const entry = Object.entries(external_node_os_.constants.signals).find(([, number]) => number === exitCode - 128);
    return exitCode > 128 ? (entry?.[0] ?? null) : null;
}

;// CONCATENATED MODULE: ./build/host/cgroup.js

/** Where systemd has what users start. */
const cgroup_OURS = `user.slice/user-${process.getuid?.()}.slice/user@${process.getuid?.()}.service`;
/** Where engines put a container's control group, by version, driver and mode; `{id}` is the container's full id. */
const PARENTS = [
    'docker/{id}',
    'system.slice/docker-{id}.scope',
    'machine.slice/libpod-{id}.scope',
    `${cgroup_OURS}/user.slice/docker-{id}.scope`,
];
/**
 * Reads what a running container has used from the kernel's own counters, which costs no call of the engine.
 * Null where this machine has no such control group (not started yet, ended, or on another machine).
 */
async function readCgroup(id) {
    for (const parent of PARENTS) {
        const path = parent.replace('{id}', id);
        const usage = (await readV2(`/sys/fs/cgroup/${path}`)) ?? (await readV1(path));
        if (usage)
            return usage;
    }
    return null;
}
/** Control groups v2: `memory.peak` since Linux 5.19, before that only what is in use now. */
async function readV2(folder) {
    const cpu = await cgroup_read(`${folder}/cpu.stat`);
    if (cpu === null)
        return null;
    const memory = (await cgroup_read(`${folder}/memory.peak`)) ?? (await cgroup_read(`${folder}/memory.current`));
    const micros = /^usage_usec (\d+)$/m.exec(cpu)?.[1];
    return { peakMemoryBytes: toNumber(memory), cpuSeconds: micros === undefined ? null : Number(micros) / 1e6 };
}
async function readV1(path) {
    const memory = await cgroup_read(`/sys/fs/cgroup/memory/${path}/memory.max_usage_in_bytes`);
    if (memory === null)
        return null;
    const nanos = toNumber(await cgroup_read(`/sys/fs/cgroup/cpuacct/${path}/cpuacct.usage`));
    return { peakMemoryBytes: toNumber(memory), cpuSeconds: nanos === null ? null : nanos / 1e9 };
}
const toNumber = (text) => text !== null && /^\d+\s*$/.test(text) ? Number(text) : null;
/** A counter that is not there is the answer null: control groups come and go while we look. */
const cgroup_read = (path) => (0,external_node_fs_promises_.readFile)(path, 'utf8').catch(() => null);

;// CONCATENATED MODULE: ./build/container/usage.js

const usage_FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
/** While there is nothing to read yet: a busy engine takes its time to start the container. */
const LONGEST_PAUSE_BEFORE_MS = 50;
/** By then every engine has: its containers' counters are not on this machine. */
const STARTED_AFTER_MS = 60_000;
/** Starts reading, often at first, so that short tasks are measured too (IMG-5). */
function measureUsage(id) {
    const begun = performance.now();
    let last = null;
    let timer;
    const read = async () => {
        last = (await readCgroup(id)) ?? last;
    };
    const schedule = (pause) => {
        timer = setTimeout(async () => {
            await read();
            const isStarting = last === null && performance.now() - begun < STARTED_AFTER_MS;
            const longest = isStarting ? LONGEST_PAUSE_BEFORE_MS : LONGEST_PAUSE_MS;
            if (timer)
                schedule(Math.min(pause * 2, longest));
        }, pause);
    };
    schedule(usage_FIRST_PAUSE_MS);
    return {
        latest: () => last,
        async stop() {
            clearTimeout(timer);
            timer = undefined;
            await read();
            return last ?? { peakMemoryBytes: null, cpuSeconds: null };
        },
    };
}

;// CONCATENATED MODULE: ./build/streams/silence.js
/** A task that prints nothing for so long is reported to be alive, again and again. */
const SILENCE_MS = 5 * 60_000;
/** Reports each time that a task printed nothing for some minutes. */
function reportSilence(report) {
    let atLineStart = true;
    let lastHeard = performance.now();
    const timer = setInterval(() => {
        report({ seconds: Math.round((performance.now() - lastHeard) / 1000), atLineStart });
        atLineStart = true;
    }, SILENCE_MS);
    return {
        heard(chunk) {
            if (chunk.length === 0)
                return;
            atLineStart = chunk.at(-1) === 0x0a;
            lastHeard = performance.now();
            timer.refresh();
        },
        stop: () => clearInterval(timer),
    };
}

;// CONCATENATED MODULE: ./build/streams/task-masks.js
/** As everybody writes it; the runner would take it in any case. */
const COMMAND = 'add-mask';
const task_masks_HEAD = `::${COMMAND}::`;
const BRACKETS = `##[${COMMAND}]`;
/** A line that is longer is passed on as it comes: memory stays flat. */
const task_masks_LONGEST_LINE = 64 * 1024;
/** A task may mask so many values: each more makes the search longer. */
const MOST_MASKS = 500;
/**
 * Strikes out of a task's output what the task itself asks to be masked (`::add-mask::VALUE`), from that line on and in
 * it. Commands are stopped while a task runs, so the runner would print the value and not mask it. What the
 * task masks goes into `masks`, which has to be its own: masks of a task must not reach what others print.
 */
function taskMasks(masks, onMask = () => undefined) {
    const struck = masks.stream();
    let rest = Buffer.alloc(0);
    /** What was passed on ended a line: a command at the start of a line may follow. */
    let atLineStart = true;
    let count = 0;
    const pass = (bytes) => {
        const text = bytes.includes(COMMAND) ? bytes.toString('utf8') : '';
        for (const value of maskedValues(atLineStart ? text : `${MIDDLE}${text}`)) {
            if (++count > MOST_MASKS)
                break;
            masks.add(value);
            onMask(value);
        }
        if (bytes.length > 0)
            atLineStart = endOfLine(bytes) === bytes.length;
        return struck.push(bytes);
    };
    return {
        get found() {
            return struck.found;
        },
        push(chunk) {
            const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
            const start = endOfLine(bytes);
            const isHeld = mayBeCommand(bytes.subarray(start), atLineStart || start > 0);
            rest = isHeld ? bytes.subarray(start) : bytes.subarray(bytes.length);
            return pass(isHeld ? bytes.subarray(0, start) : bytes);
        },
        end: () => Buffer.concat([pass(rest), struck.end()]),
    };
}
/** Stands for what a line began with that was passed on already. */
const MIDDLE = '…';
const endOfLine = (bytes) => Math.max(bytes.lastIndexOf('\n'), bytes.lastIndexOf('\r')) + 1;
/** Whether an unfinished line may turn out to be a command: only such a one is kept back until it ends. */
function mayBeCommand(line, isStart) {
    if (line.length === 0 || line.length > task_masks_LONGEST_LINE)
        return false;
    const start = line.toString('utf8', 0, 256).trimStart();
    if (isStart && (start.startsWith(`::${COMMAND}`) || task_masks_HEAD.startsWith(start)))
        return true;
    const text = line.toString('latin1');
    const at = text.lastIndexOf('##');
    return (text.includes(`##[${COMMAND}`) || (at >= 0 && BRACKETS.startsWith(text.slice(at))) || text.endsWith('#'));
}
/** The values that commands in whole lines mask, in the runner's two forms (`ActionCommand.cs`). */
function maskedValues(text) {
    return text.split(/\r\n|\r|\n/).flatMap((line) => {
        const colons = /^\s*::add-mask(?: [^\n]*?)?::(.*)$/.exec(line)?.[1];
        if (colons !== undefined)
            return [unescapeData(colons)];
        const brackets = /##\[add-mask(?: [^\]]*)?\](.*)$/.exec(line)?.[1];
        return brackets === undefined
            ? []
            : [unescapeData(brackets.replaceAll('%3B', ';').replaceAll('%5D', ']'))];
    });
}
const unescapeData = (data) => data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

;// CONCATENATED MODULE: ./build/run/start.js









/** Runs the container to its end; how it ended is the task's status (RUN-11). */
async function start_start(context, spec, container) {
    const { docker, run } = context;
    const { record } = run.recorder;
    throwIfCancelled(context);
    const { image } = record.container;
    run.recorder.event('task.container.started', {
        image,
        command: record.commandSummary,
        container: container.id,
    });
    const meter = measureUsage(container.id);
    const silence = reportSilence((silent) => heartbeat(silenceLine(silent, meter.latest()), silent.atLineStart));
    const endedBy = await start_follow(context, spec, container, silence.heard).finally(async () => {
        silence.stop();
        record.usage = await meter.stop();
    });
    const ended = await inspectEnded(docker, container.id, run.identity.container);
    const outcome = outcomeOf(endedBy, ended, {
        container: run.identity.container,
        timeoutSeconds: spec.timeoutSeconds,
        memoryBytes: spec.resources.memory,
        onCancel: wasStarted(ended) ? spec.onCancel : 'cancelled',
    });
    if (outcome.warning !== null)
        runner_warning(outcome.warning, 'ACODE-CTN-008');
    const { status, exitCode, signal, error } = outcome;
    Object.assign(record, { status, exitCode, signal, error });
    Object.assign(record, { timedOut: endedBy === 'timeout', oomKilled: ended.oomKilled });
    record.container.health = ended.health;
    record.budgets.startupSeconds = Math.max(0, (ended.startedAt.getTime() - Date.parse(record.startedAt)) / 1000);
}
/** The engine gives a container that it never started a time long before any. */
const wasStarted = ({ startedAt }) => startedAt.getTime() > 0;
/** `Still running: no output for 5 min 0 s, peak memory 1.2 GiB`. */
function silenceLine({ seconds }, usage) {
    const peak = usage?.peakMemoryBytes ?? null;
    const memory = peak === null ? '' : `, peak memory ${formatBytes(peak)}`;
    return `Still running: no output for ${formatSeconds(seconds)}${memory}`;
}
/** Lets the container's output into log and file, with the workflow commands in it switched off. */
async function start_follow({ docker, run, signals }, spec, container, onOutput) {
    const isAllowed = spec.workflowCommands === 'allow';
    const resumeCommands = stopCommands(isAllowed);
    let atLineStart = true;
    try {
        const { endedBy, output } = await runContainer(docker, {
            container: container.id,
            timeoutSeconds: spec.timeoutSeconds,
            graceSeconds: spec.stopGraceSeconds,
            cancel: signals.cancel,
            force: signals.force,
            sinks: {
                live: log,
                file: run.recorder.log,
                onOutput,
                redactor: inTurn(taskMasks(run.recorder.taskMasks, isAllowed ? maskInJob : undefined), run.recorder.redaction.stream()),
            },
        });
        atLineStart = output.endsWithNewline;
        return endedBy;
    }
    finally {
        resumeCommands(atLineStart);
    }
}

;// CONCATENATED MODULE: ./build/run/run-task.js






















/** The main entry. */
const runMain = (signals) => runEntry(() => runTask(process.env, signals), fail);
/** What is under way when main gives up has this long to come to an end, after all else is done. */
const LAST_MS = 2_000;
/**
 * Runs one task in one fresh container and leaves its record (ACT-2, CTN-1). A cancelled job's record is written in
 * time whatever hangs; what is left then is removed by post.
 */
async function runTask(env, signals) {
    const run = await openRun(env);
    const docker = new Docker(logObserver(), undefined, signals.cancel);
    const context = {
        docker,
        run,
        signals,
        env,
        ownContainer: null,
        workspace: null,
        network: null,
        collected: null,
    };
    const work = doTask(context);
    const isDone = await Promise.race([work.then(() => true), (0,host_signals/* aborted */.QH)(signals.late).then(() => false)]);
    if (!isDone)
        settleLate(context);
    await removePrivate(context);
    await run.recorder.finish();
    await publish(run.recorder, context.collected, run.artifact, run.publishing);
    if (!isDone)
        return giveUp(work);
    // A call that was given up may yet be carried out by the engine: after a cancel, post looks again.
    if (run.recorder.record.cleanup.failed.length === 0 && !signals.cancel.aborted)
        saveDone();
}
/** Does the task. Whatever fails is in the record. */
async function doTask(context) {
    const { run, env } = context;
    try {
        const task = run.task();
        requireCapabilities(task, offeredCapabilities(run.inputs, env));
        if (task.container === null)
            settle_settle(run, 'skipped');
        else
            await runInContainer(context, task.container);
    }
    catch (error) {
        await settleError(context, error);
    }
}
/** Ends what is under way, which mostly goes on to the removal then, and this process in any case. */
async function giveUp(work) {
    endPrograms();
    await Promise.race([work, (0,promises_.setTimeout)(LAST_MS)]);
    exit();
}
/** The one path: image → workspace → container → record. The container is gone whatever happens (CTN-5). */
async function runInContainer(context, spec) {
    const dropped = droppedOptions(spec.options);
    if (dropped.length > 0)
        notice(`Left out of options is what is so anyway: ${dropped.join(' ')}.`, 'Options');
    throwIfCancelled(context);
    const { recorder, identity } = context.run;
    await recover(context);
    const sweeping = sweep(context.docker, identity.container);
    try {
        const [image, mode] = await Promise.all([
            recorder.phase('pull', () => find_image_findImage(context, spec)),
            engineMode(context.docker),
        ]);
        const { container, workspace } = await create_create(context, spec, image, mode);
        await recorder.phase('run', () => start_start(context, spec, container));
        await recorder.phase('collect', () => collectFrom(context, spec, workspace, container));
    }
    finally {
        await recorder.phase('remove', () => removeOwn(context));
        reportSweep(recorder.record, await sweeping);
        const { orphans, failed } = await removeDeadPrivate(context.env.RUNNER_TEMP ?? (0,external_node_os_.tmpdir)());
        recorder.record.cleanup.orphans.push(...orphans);
        recorder.record.cleanup.failed.push(...failed);
        await expireKept(context);
    }
}


/***/ })

};
