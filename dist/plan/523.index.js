export const id = 523;
export const ids = [523];
export const modules = {

/***/ 9523:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  detectToolchains: () => (/* binding */ detectToolchains)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/errors.js
var errors = __webpack_require__(9473);
// EXTERNAL MODULE: ./build/host/files.js + 2 modules
var files = __webpack_require__(6994);
// EXTERNAL MODULE: ./build/host/read-within.js
var read_within = __webpack_require__(1879);
// EXTERNAL MODULE: ./node_modules/semver/index.js
var semver = __webpack_require__(2088);
// EXTERNAL MODULE: ./build/image/catalog.js
var catalog = __webpack_require__(4333);
// EXTERNAL MODULE: ./build/image/detect/finding.js
var detect_finding = __webpack_require__(7241);
// EXTERNAL MODULE: ./build/image/detect/versions.js
var versions = __webpack_require__(3003);
;// CONCATENATED MODULE: ./build/image/detect/decide.js





/**
 * What findings come to: for each toolchain the version that all of them allow, an exact one before a series, one
 * that is named before the newest of the catalog.
 * @throws TaskError ACODE-CTN-006 where findings contradict each other
 */
function decide(findings) {
    const byToolchain = Map.groupBy(withoutImplied(findings), ({ toolchain }) => toolchain);
    return [...byToolchain].map(([toolchain, own]) => decideOne(toolchain, own));
}
/** Findings without what others make needless, and those of the JDK with the tool that brings it. */
function withoutImplied(findings) {
    const has = (...names) => findings.some(({ toolchain }) => names.includes(toolchain));
    const builders = ['maven', 'gradle'].filter((name) => has(name));
    return (findings
        // A package.json is there for Bun and Deno too.
        .filter(({ toolchain, line }) => !(toolchain === 'node' && line === null && has('bun', 'deno')))
        .flatMap((finding) => finding.toolchain === 'java' && builders.length > 0
        ? builders.map((toolchain) => ({ ...finding, toolchain }))
        : [finding]));
}
function decideOne(toolchain, findings) {
    const saying = distinct(findings.filter(({ allows }) => allows !== '*'));
    const [first] = findings;
    if (saying.length === 0)
        return { name: toolchain, version: null, source: first ? (0,detect_finding/* placeOf */.$t)(first) : '' };
    const range = (0,versions/* allOf */.bn)(saying.map(({ allows }) => allows));
    const entry = catalog/* CATALOG */.W[toolchain];
    const named = saying.flatMap(({ names }) => names ?? []).sort((a, b) => parts(b) - parts(a));
    const listed = entry?.versions ?? [];
    const least = (0,versions/* leastTags */.LS)(range).slice(entry?.fullTags ? -1 : 0);
    const version = [...named, ...listed, ...least].find((tag) => (0,versions/* fits */.lA)(tag, range));
    if (version === undefined || contradicting(saying) !== null)
        throw contradiction(toolchain, saying);
    return { name: toolchain, version, source: saying.map(detect_finding/* placeOf */.$t).join(', ') };
}
/** The first of those that say the same. */
const distinct = (findings) => [
    ...new Map(findings.toReversed().map((finding) => [`${finding.allows} ${finding.names}`, finding])).values(),
].toReversed();
const parts = (version) => version.split('.').length;
/** The first two that no version satisfies. */
function contradicting(findings) {
    for (const [index, one] of findings.entries())
        for (const other of findings.slice(index + 1))
            if (!(0,semver.intersects)(one.allows, other.allows, { includePrerelease: true }))
                return [one, other];
    return null;
}
function contradiction(toolchain, findings) {
    const pair = contradicting(findings) ?? findings;
    const what = pair.map((finding) => `${(0,detect_finding/* placeOf */.$t)(finding)} (${finding.written})`).join(' and ');
    const why = pair.length === 1 ? 'no version of it is known' : 'contradict each other';
    return new errors/* TaskError */.Ik('ACODE-CTN-006', `The version of ${toolchain} cannot be told: ${what} ${why}. Correct one of them, or name the version (toolchain: ${toolchain}@VERSION).`);
}

;// CONCATENATED MODULE: ./build/image/detect/detect.js







/** Many times what such a file takes. */
const MOST_BYTES = 256 * 1024;
/**
 * The toolchains that a repository's own files ask for: those of a folder, of the folders above it up to the
 * workspace, the nearest of each name, and of .NET's projects below it.
 * @param folder where the task works, in the workspace
 * @param wanted the one toolchain that is looked for; null for all
 * @throws TaskError ACODE-CTN-006 for a file that cannot be read and for files that contradict each other
 */
async function detectToolchains(workspace, folder, wanted = null) {
    const found = [
        ...(await findUpwards(workspace, folder, wanted)),
        ...(await findBelow(workspace, folder, wanted)),
    ];
    return decide(found).filter(({ name }) => wanted === null || name === wanted);
}
async function findUpwards(workspace, folder, wanted) {
    const { concerns, READERS } = await Promise.all(/* import() */[__webpack_require__.e(240), __webpack_require__.e(818)]).then(__webpack_require__.bind(__webpack_require__, 2818));
    const readers = Object.entries(READERS).filter(([, entry]) => concerns(entry, wanted));
    const seen = new Set();
    const found = [];
    for (const place of upwards((0,external_node_path_.resolve)(workspace, folder), (0,external_node_path_.resolve)(workspace))) {
        const names = new Set((await list(place)).map(({ name }) => name));
        for (const [name, [read]] of readers) {
            if (seen.has(name) || !names.has(name.split('/')[0] ?? ''))
                continue;
            const findings = await readOne(workspace, (0,external_node_path_.join)(place, name), read);
            if (findings === null)
                continue;
            seen.add(name);
            found.push(...findings);
        }
    }
    return found;
}
async function findBelow(workspace, folder, wanted) {
    const { concerns, READERS_BY_EXTENSION } = await Promise.all(/* import() */[__webpack_require__.e(240), __webpack_require__.e(818)]).then(__webpack_require__.bind(__webpack_require__, 2818));
    if (!Object.values(READERS_BY_EXTENSION).some((entry) => concerns(entry, wanted)))
        return [];
    const found = [];
    for (const file of await filesBelow((0,external_node_path_.resolve)(workspace, folder), Object.keys(READERS_BY_EXTENSION))) {
        const entry = READERS_BY_EXTENSION[(0,external_node_path_.extname)(file)];
        if (entry)
            found.push(...((await readOne(workspace, file, entry[0])) ?? []));
    }
    return found;
}
function* upwards(from, to) {
    if (!(0,files/* isWithin */.UO)(from, to))
        return yield to;
    for (let place = from;; place = (0,external_node_path_.dirname)(place)) {
        yield place;
        if (place === to)
            return;
    }
}
/** What one file says; null where it is not there. */
async function readOne(workspace, path, read) {
    const file = (0,external_node_path_.relative)((0,external_node_path_.resolve)(workspace), path);
    try {
        const bytes = await (0,read_within/* readWithin */.w)(path, workspace, MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES)
            throw new Error('it is longer than 256 KiB');
        return read({ file, text: bytes.toString('utf8') });
    }
    catch (error) {
        if (error instanceof errors/* TaskError */.Ik)
            throw error;
        if (isMissing(error))
            return null;
        throw (0,detect_finding/* unreadable */.O$)(file, (0,errors/* messageOf */.bD)(error));
    }
}
const isMissing = (error) => error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
async function list(folder) {
    try {
        return await external_node_fs_.promises.readdir(folder, { withFileTypes: true });
    }
    catch (error) {
        if (isMissing(error))
            return [];
        throw (0,detect_finding/* unreadable */.O$)(folder, (0,errors/* messageOf */.bD)(error));
    }
}
/** Folders in which no project of the repository's own is. */
const FOREIGN = /^(\.|node_modules$|bin$|obj$|vendor$|packages$|target$|dist$)/;
/** `src/Group/App/App.csproj` is as deep as projects usually are. */
const DEEPEST = 3;
const MOST_PROJECTS = 200;
const MOST_FOLDERS = 1_000;
/** The files of these extensions below a folder, the nearest first. */
async function filesBelow(folder, extensions) {
    const files = [];
    let level = [folder];
    let folders = 0;
    for (let depth = 0; depth <= DEEPEST; depth++) {
        const next = [];
        for (const place of level.slice(0, MOST_FOLDERS - folders)) {
            for (const entry of await list(place)) {
                if (entry.isDirectory() && !FOREIGN.test(entry.name))
                    next.push((0,external_node_path_.join)(place, entry.name));
                else if (entry.isFile() && extensions.includes((0,external_node_path_.extname)(entry.name)))
                    files.push((0,external_node_path_.join)(place, entry.name));
            }
        }
        folders += level.length;
        level = next;
    }
    return files.slice(0, MOST_PROJECTS);
}


/***/ }),

/***/ 7241:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $t: () => (/* binding */ placeOf),
/* harmony export */   IN: () => (/* binding */ presence),
/* harmony export */   O$: () => (/* binding */ unreadable),
/* harmony export */   cA: () => (/* binding */ lineOf),
/* harmony export */   x4: () => (/* binding */ ANY),
/* harmony export */   yV: () => (/* binding */ noVersion)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(9473);

/** Any version does. */
const ANY = { allows: '*', names: null };
/** The file's presence: its language is used, in any version. */
const presence = (toolchain, { file }) => ({
    toolchain,
    file,
    line: null,
    written: 'is there',
    ...ANY,
});
/** `package.json:12`, where a finding or a fault is. */
const placeOf = ({ file, line }) => line === null ? file : `${file}:${line}`;
/** The line, from 1, on which a text first matches; null where it does nowhere. */
function lineOf(text, pattern) {
    const index = text.search(pattern);
    return index < 0 ? null : text.slice(0, index).split('\n').length;
}
/** That a file cannot be read as what it is (ACODE-CTN-006). */
const unreadable = (file, why) => new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .TaskError */ .Ik('ACODE-CTN-006', `The toolchain cannot be read from ${file}: ${why.replace(/\.$/, '')}. Correct the file, or name toolchain and version (toolchain: node@22).`);
/** That a line names no version that could be looked for (ACODE-CTN-006). */
const noVersion = (toolchain, place, written) => unreadable(placeOf(place), `${JSON.stringify(written)} is no version of ${toolchain} that images are known for`);


/***/ }),

/***/ 3003:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ds: () => (/* binding */ majorOf),
/* harmony export */   LS: () => (/* binding */ leastTags),
/* harmony export */   bn: () => (/* binding */ allOf),
/* harmony export */   jZ: () => (/* binding */ atLeast),
/* harmony export */   lA: () => (/* binding */ fits),
/* harmony export */   my: () => (/* binding */ comparison),
/* harmony export */   pP: () => (/* binding */ npmRange),
/* harmony export */   pV: () => (/* binding */ exactly)
/* harmony export */ });
/* unused harmony exports pessimistic, padded */
/* harmony import */ var semver__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2088);

const NUMBERS = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:\.\d{1,9})?([-+_]?[\w.+-]*)$/;
/** A version with as many numbers as are written (`22`, `22.3`, `22.3.1`, `1.15.7-otp-26`): the one to use. */
function exactly(written) {
    const [, major, minor, patch, rest = ''] = NUMBERS.exec(written.trim()) ?? [];
    if (major === undefined || (rest !== '' && patch === undefined))
        return null;
    const numbers = [major, minor, patch].filter((part) => part !== undefined);
    return { allows: [...numbers, 'x', 'x'].slice(0, 3).join('.'), names: `${numbers.join('.')}${rest}` };
}
/** A version as above that is the least of those that do: newer ones build it too. */
function atLeast(written) {
    const version = exactly(written);
    return version && { ...version, allows: `>=${padded(written.replace(/^v/, ''), 0)}` };
}
/** Only the first number counts, as of a JDK: `17.0.9+9` and `1.8` are 17 and 8. */
function majorOf(written) {
    return /^v?(?:1\.(?=[5-8](?:\D|$)))?(\d{1,9})(?:\D|$)/.exec(written.trim())?.[1] ?? null;
}
/** Whoever writes more than this writes no version. */
const LONGEST = 256;
/** A range of npm: `>=20 <23`, `^22.1`, `20 || 22`. */
function npmRange(written) {
    const allows = written.length > LONGEST ? null : (0,semver__WEBPACK_IMPORTED_MODULE_0__.validRange)(written, { loose: true });
    return allows === null ? null : { allows: allows || '*', names: null };
}
/** Ranges with exceptions multiply; a repository that needs more alternatives than this is none. */
const MOST_ALTERNATIVES = 64;
/** All of several ranges: each alternative of one with each of the others; nothing (`<0.0.0`) where they are too many. */
function allOf(ranges) {
    let alternatives = [''];
    for (const range of ranges) {
        alternatives = alternatives.flatMap((so) => range.split('||').map((one) => `${so} ${one.trim()}`.trim()));
        if (alternatives.length > MOST_ALTERNATIVES)
            return NOTHING;
    }
    return alternatives.map((one) => one || '*').join(' || ');
}
const NOTHING = '<0.0.0-0';
/** `~>` as Ruby and Elixir mean it: the last number that is written may grow. */
const pessimistic = (version) => {
    const [major = '0', minor, patch] = version.split('.');
    const upper = patch === undefined ? `${Number(major) + 1}.0.0` : `${major}.${Number(minor) + 1}.0`;
    return `>=${padded(version, 0)} <${upper}`;
};
const SIMPLE = /^(~>|>=|<=|!=|==|=|>|<)?\s*v?(\d+(?:\.\d+){0,3})$/;
/** One comparison as Ruby, Elixir and Python write it; null where it is none. */
function comparison(written) {
    const [, operator = '=', version] = SIMPLE.exec(written.trim()) ?? [];
    if (version === undefined)
        return null;
    if (operator === '~>')
        return pessimistic(version);
    if (operator === '!=')
        return `<${padded(version, 0)} || >${padded(version, 0)}`;
    if (operator === '=' || operator === '==')
        return exactly(version)?.allows ?? null;
    return `${operator}${padded(version, 0)}`;
}
/** Three numbers of what is written, the others being `rest`. */
function padded(version, rest) {
    const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? [];
    return [...numbers.map(Number), rest, rest, rest].slice(0, 3).join('.');
}
const LAST = 999_999;
/** Whether the newest of what a tag stands for (`22`: any 22.x.y) is in a range. */
const fits = (tag, range) => (0,semver__WEBPACK_IMPORTED_MODULE_0__.satisfies)(padded(tag, LAST), new semver__WEBPACK_IMPORTED_MODULE_0__.Range(range), { includePrerelease: true });
/** Tags of the least version of a range, the shortest first: `22`, `22.3`, `22.3.1`. */
function leastTags(range) {
    const least = (0,semver__WEBPACK_IMPORTED_MODULE_0__.minVersion)(range);
    if (least === null)
        return [];
    const { major, minor, patch } = least;
    return [`${major}`, `${major}.${minor}`, `${major}.${minor}.${patch}`];
}


/***/ })

};
