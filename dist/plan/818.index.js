export const id = 818;
export const ids = [818];
export const modules = {

/***/ 2818:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  READERS: () => (/* binding */ READERS),
  READERS_BY_EXTENSION: () => (/* binding */ READERS_BY_EXTENSION),
  concerns: () => (/* binding */ concerns)
});

// EXTERNAL MODULE: ./build/image/detect/finding.js
var finding = __webpack_require__(7241);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/schemas.js + 13 modules
var schemas = __webpack_require__(5491);
// EXTERNAL MODULE: ./build/image/detect/versions.js
var detect_versions = __webpack_require__(3003);
// EXTERNAL MODULE: ./node_modules/zod/v4/classic/errors.js
var errors = __webpack_require__(961);
// EXTERNAL MODULE: ./node_modules/zod/v4/core/errors.js
var core_errors = __webpack_require__(7428);
// EXTERNAL MODULE: ./build/errors.js
var build_errors = __webpack_require__(9473);
;// CONCATENATED MODULE: ./build/image/detect/readers/json.js



/** A JSON file by a schema that takes what concerns us. `json` may be another parser, such as one with comments. */
function readJson(source, schema) {
    try {
        return schema.parse(JSON.parse(withoutMark(source.text)));
    }
    catch (error) {
        throw (0,finding/* unreadable */.O$)(source.file, error instanceof errors/* ZodError */.G ? core_errors/* prettifyError */.S1(error) : (0,build_errors/* messageOf */.bD)(error));
    }
}
/** The byte order mark that editors of Windows write. */
const withoutMark = (text) => text.replace(/^\uFEFF/, '');

// EXTERNAL MODULE: ./node_modules/fast-xml-parser/src/fxp.js
var fxp = __webpack_require__(5824);
// EXTERNAL MODULE: ./node_modules/fast-xml-parser/src/xmlparser/XMLParser.js + 26 modules
var XMLParser = __webpack_require__(9658);
;// CONCATENATED MODULE: ./build/image/detect/readers/xml.js




/**
 * An XML file of a repository, its text and no entity of its own.
 * @throws TaskError ACODE-CTN-006
 */
function readXml(source) {
    const text = withoutMark(source.text);
    try {
        const valid = fxp/* XMLValidator */.iI.validate(text);
        if (valid !== true)
            throw new Error(`${valid.err.msg} (line ${valid.err.line})`);
        return new XMLParser/* default */.A({ processEntities: false, parseTagValue: false, ignoreAttributes: true }).parse(text);
    }
    catch (error) {
        throw (0,finding/* unreadable */.O$)(source.file, (0,build_errors/* messageOf */.bD)(error));
    }
}
/** The text of the first element of a name, at any depth; null where there is none. */
function propertyOf(node, name) {
    const waiting = [node];
    for (let next = waiting.shift(); next !== undefined || waiting.length > 0; next = waiting.shift()) {
        if (typeof next !== 'object' || next === null)
            continue;
        for (const [key, value] of Object.entries(next)) {
            const [first] = [value].flat();
            if (key === name && typeof first === 'string' && first.trim() !== '')
                return first.trim();
            waiting.push(value);
        }
    }
    return null;
}

;// CONCATENATED MODULE: ./build/image/detect/readers/dotnet.js





const globalSchema = schemas/* object */.Ikc({
    sdk: schemas/* object */.Ikc({ version: schemas/* string */.YjP().optional(), rollForward: schemas/* string */.YjP().optional() }).optional(),
});
/**
 * `global.json`: the SDK, and how far it may roll forward.
 * @see https://learn.microsoft.com/dotnet/core/tools/global-json
 */
function readGlobalJson(source) {
    const { sdk } = readJson({ ...source, text: withoutComments(source.text) }, globalSchema);
    if (sdk?.version === undefined)
        return [(0,finding/* presence */.IN)('dotnet', source)];
    const line = (0,finding/* lineOf */.cA)(source.text, /"version"\s*:/);
    const requirement = rolledForward(sdk.version, sdk.rollForward ?? 'latestPatch');
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)('dotnet', { file: source.file, line }, sdk.version);
    return [
        { toolchain: 'dotnet', file: source.file, line, written: `sdk.version: ${sdk.version}`, ...requirement },
    ];
}
/** Comments are allowed there; those at the end of a line of text stay text. */
const withoutComments = (text) => text.replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g, (_, literal) => literal ?? '');
function rolledForward(version, policy) {
    const [, major = '', minor = '', patch = ''] = /^(\d+)\.(\d+)\.(\d+)(?:-[\w.]+)?$/.exec(version) ?? [];
    if (major === '')
        return null;
    const from = `>=${major}.${minor}.${patch}`;
    switch (policy.toLowerCase()) {
        case 'feature':
        case 'latestfeature':
            return { allows: `${from} <${major}.${Number(minor) + 1}.0`, names: `${major}.${minor}` };
        case 'minor':
        case 'latestminor':
            return { allows: `${from} <${Number(major) + 1}.0.0`, names: `${major}.${minor}` };
        case 'major':
        case 'latestmajor':
            return { allows: from, names: null };
        default:
            // A band of a hundred: only the image of this very version is certain to be in it.
            return { allows: `${major}.${minor}.${patch}`, names: version };
    }
}
/** Projects and `Directory.Build.props`: the newest framework that they target, which the SDK has to know. */
function readProject(source) {
    const document = readXml(source);
    const written = propertyOf(document, 'TargetFrameworks') ?? propertyOf(document, 'TargetFramework');
    const line = (0,finding/* lineOf */.cA)(source.text, /<TargetFrameworks?[\s>]/);
    const versions = (written ?? '').split(';').flatMap((target) => frameworkVersion(target.trim()) ?? []);
    const [newest] = versions.sort((a, b) => Number(b) - Number(a));
    const requirement = newest === undefined ? null : (0,detect_versions/* atLeast */.jZ)(newest);
    if (requirement === null)
        return source.file.endsWith('.props') ? [] : [(0,finding/* presence */.IN)('dotnet', source)];
    return [{ toolchain: 'dotnet', file: source.file, line, written: `targets ${written}`, ...requirement }];
}
/** `net8.0`, `net8.0-windows`, `netcoreapp3.1`; null for what needs no SDK of its version (`netstandard2.0`, `net48`). */
const frameworkVersion = (target) => /^net(?:coreapp)?(\d+\.\d+)(?:-[\w.]+)?$/.exec(target)?.[1] ?? null;
/** `*.sln`, `*.slnx`: there are projects, and what they ask for is theirs to say. */
const readSolution = (source) => {
    if (source.text.trim() === '')
        throw (0,finding/* unreadable */.O$)(source.file, 'it is empty');
    return [(0,finding/* presence */.IN)('dotnet', source)];
};

;// CONCATENATED MODULE: ./build/image/detect/readers/range.js


/** A finding of a range, or the error that it is none. */
function ranged(toolchain, source, line, written, requirement) {
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)(toolchain, { file: source.file, line }, written);
    return { toolchain, file: source.file, line, written, ...requirement };
}
/** Several comparisons that all have to hold; null where one is none. */
function range_all(comparisons) {
    const ranges = comparisons.map((one) => (0,detect_versions/* comparison */.my)(one));
    const known = ranges.flatMap((range) => range ?? []);
    return known.length === ranges.length ? { allows: (0,detect_versions/* allOf */.bn)(known), names: null } : null;
}

;// CONCATENATED MODULE: ./build/image/detect/readers/elixir.js


/** `mix.exs`: `elixir: "~> 1.15 and < 1.18 or ~> 1.20"`. */
function readMix(source) {
    const pattern = /\belixir:[ \t]*"([^"\n]{1,256})"/;
    const [, written] = pattern.exec(source.text) ?? [];
    if (written === undefined)
        return [(0,finding/* presence */.IN)('elixir', source)];
    const alternatives = written.split(/\bor\b/).map((one) => range_all(one.split(/\band\b/)));
    const known = alternatives.flatMap((one) => one?.allows ?? []);
    const requirement = known.length === alternatives.length ? { allows: known.join(' || '), names: null } : null;
    return [ranged('elixir', source, (0,finding/* lineOf */.cA)(source.text, pattern), written, requirement)];
}

;// CONCATENATED MODULE: ./build/image/detect/readers/plain.js



/** The lines of a file without comments and blanks. */
const linesOf = ({ text }, comment = /(^|\s)#.*$/) => withoutMark(text)
    .split(/\r?\n/)
    .map((written, index) => ({ text: written.replace(comment, '').trim(), line: index + 1 }))
    .filter(({ text: rest }) => rest !== '');
/** The first line that says something. */
function firstLine(source) {
    const [first] = linesOf(source);
    if (first === undefined)
        throw (0,finding/* unreadable */.O$)(source.file, 'it names no version');
    return first;
}
/** A reader of files that hold one version and nothing else. */
const versionFile = (toolchain, read = detect_versions/* exactly */.pV) => (source) => {
    const { text, line } = firstLine(source);
    const requirement = read(text);
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)(toolchain, { file: source.file, line }, text);
    return [{ toolchain, file: source.file, line, written: text, ...requirement }];
};

;// CONCATENATED MODULE: ./build/image/detect/readers/go.js




/** `go.mod`, `go.work`: the toolchain line, else the version that the module asks for at least. */
function readGo(source) {
    const found = linesOf(source, /\/\/.*$/).flatMap(({ text, line }) => {
        const [, word, written] = /^(go|toolchain)\s+(\S+)$/.exec(text) ?? [];
        if (word === undefined || written === undefined || written === 'default' || written === 'local')
            return [];
        return [ranged('go', source, line, text, (0,detect_versions/* atLeast */.jZ)(goVersion(written)))];
    });
    return found.length > 0 ? found : [(0,finding/* presence */.IN)('go', source)];
}
/** `go1.23.4`, `1.23rc1`, `go1.23.4+auto`. */
const goVersion = (written) => written
    .replace(/^go/, '')
    .replace(/\+.*$/, '')
    .replace(/(?:rc|beta)\d+$/, '');

;// CONCATENATED MODULE: ./build/image/detect/readers/java.js




/** A JDK as version managers write it, `temurin-17.0.9+9`, `17.0.9-tem`, `1.8`: which major version. */
function javaVersion(written) {
    const major = (0,detect_versions/* majorOf */.Ds)(written.replace(/^(?:[a-z_]\w*[-@])+(?=\d)/i, '').replace(/^(?:openjdk|jdk)(?=\d)/i, ''));
    return major === null ? null : { allows: `${major}.x.x`, names: major };
}
/** The least JDK that builds what is compiled for a version. */
function leastJdk(written) {
    const major = (0,detect_versions/* majorOf */.Ds)(written);
    return major === null ? null : { allows: `>=${major}.0.0`, names: major };
}
/** `.sdkmanrc`: `java=17.0.9-tem`. */
const readSdkman = (source) => linesOf(source).flatMap(({ text, line }) => {
    const [, name, written = ''] = /^(java|maven|gradle)\s*=\s*(.+)$/.exec(text) ?? [];
    if (name === undefined)
        return [];
    const requirement = name === 'java' ? javaVersion(written) : finding/* ANY */.x4;
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)('java', { file: source.file, line }, written);
    return [{ toolchain: name, file: source.file, line, written: text, ...requirement }];
});
/** Where a pom says for which version it is compiled, the strongest first. */
const POM = [
    'maven.compiler.release',
    'java.version',
    'maven.compiler.target',
    'maven.compiler.source',
];
/** `pom.xml`: the JDK of Maven's image. */
function readPom(source) {
    const document = readXml(source);
    for (const name of POM) {
        const written = propertyOf(document, name);
        // A property that names another is left to Maven.
        if (written === null || written.includes('${'))
            continue;
        const requirement = leastJdk(written);
        const line = (0,finding/* lineOf */.cA)(source.text, new RegExp(`<${name.replaceAll('.', '\\.')}>`));
        if (requirement === null)
            throw (0,finding/* noVersion */.yV)('java', { file: source.file, line }, written);
        return [{ toolchain: 'maven', file: source.file, line, written: `${name}: ${written}`, ...requirement }];
    }
    return [(0,finding/* presence */.IN)('maven', source)];
}
/** A toolchain is used as it is; a compatibility is the least. */
const GRADLE = [
    [
        /(?:JavaLanguageVersion\.of|jvmToolchain)[ \t]{0,9}\([ \t]{0,9}["']?([\d.]{1,32})["']?[ \t]{0,9}\)/,
        javaVersion,
    ],
    [
        /(?:source|target)Compatibility[ \t]{0,9}(?:=|\()?[ \t]{0,9}(?:JavaVersion\.(?:toVersion\(["']?|VERSION_)?)?["']?(\d[\d._]*)/,
        leastJdk,
    ],
];
/** `build.gradle`, `build.gradle.kts`: the JDK of Gradle's image. A script can be read in its usual forms only. */
function readGradle(source) {
    const code = source.text
        .replace(/\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/g, (comment) => comment.replace(/[^\n]/g, ' '))
        .replace(/(^|[^:])\/\/.*$/gm, '$1');
    for (const [pattern, read] of GRADLE) {
        const match = pattern.exec(code);
        const requirement = match?.[1] === undefined ? null : read(match[1].replaceAll('_', '.'));
        if (match === null || requirement === null)
            continue;
        const line = (0,finding/* lineOf */.cA)(code, pattern);
        return [{ toolchain: 'gradle', file: source.file, line, written: match[0].trim(), ...requirement }];
    }
    return [(0,finding/* presence */.IN)('gradle', source)];
}

;// CONCATENATED MODULE: ./build/image/detect/readers/node.js





/** Node's long-term lines by their names, which `.nvmrc` may use. */
const LINES = new Map(Object.entries({
    argon: '4',
    boron: '6',
    carbon: '8',
    dubnium: '10',
    erbium: '12',
    fermium: '14',
    gallium: '16',
    hydrogen: '18',
    iron: '20',
    jod: '22',
    krypton: '24',
}));
const NEWEST = new Set(['node', 'stable', 'latest', 'current', 'lts', 'lts/*', 'lts-latest']);
/** A version of node as version managers write it; null where it is none. */
function nodeVersion(written) {
    const word = written.toLowerCase().replace(/^node-(?=v?\d)/, '');
    if (NEWEST.has(word))
        return finding/* ANY */.x4;
    const line = LINES.get(/^lts[/-]([a-z]+)$/.exec(word)?.[1] ?? word);
    return (0,detect_versions/* exactly */.pV)(line ?? word);
}
/** `.nvmrc`, `.node-version`. */
function readNodeVersion(source) {
    const { text, line } = firstLine(source);
    const requirement = nodeVersion(text);
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)('node', { ...source, line }, text);
    return [{ toolchain: 'node', file: source.file, line, written: text, ...requirement }];
}
const engine = schemas/* object */.Ikc({ name: schemas/* string */.YjP(), version: schemas/* string */.YjP().optional() });
const packageSchema = schemas/* object */.Ikc({
    engines: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()).catch({}).optional(),
    devEngines: schemas/* object */.Ikc({ runtime: schemas/* union */.KCZ([engine, schemas/* array */.YOg(engine)]).optional() })
        .catch({})
        .optional(),
    volta: schemas/* object */.Ikc({ node: schemas/* string */.YjP().optional() }).catch({}).optional(),
    packageManager: schemas/* string */.YjP().optional().catch(undefined),
});
/** Names of runtimes in `engines`, `devEngines` and `packageManager` that are toolchains. */
const RUNTIMES = ['node', 'bun', 'deno'];
/** `package.json`: engines, devEngines, volta, packageManager. Its presence alone asks for node in any version. */
function readPackage(source) {
    const { engines = {}, devEngines, volta, packageManager } = readJson(source, packageSchema);
    const found = [];
    const add = (toolchain, field, written, read) => {
        const value = JSON.stringify(written)
            .slice(1, -1)
            .replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
        const line = (0,finding/* lineOf */.cA)(source.text, new RegExp(`"${field}"\\s*:\\s*"${value}"`));
        const requirement = read(written);
        if (requirement === null)
            throw (0,finding/* noVersion */.yV)(toolchain, { file: source.file, line }, written);
        found.push({ toolchain, file: source.file, line, written: `${field}: ${written}`, ...requirement });
    };
    if (volta?.node !== undefined)
        add('node', 'node', volta.node, detect_versions/* exactly */.pV);
    for (const name of RUNTIMES) {
        const range = engines[name];
        if (typeof range === 'string' && range.trim() !== '')
            add(name, name, range, detect_versions/* npmRange */.pP);
    }
    for (const { name, version } of [devEngines?.runtime ?? []].flat()) {
        const runtime = RUNTIMES.find((known) => known === name);
        if (runtime !== undefined)
            add(runtime, 'version', version ?? '*', detect_versions/* npmRange */.pP);
    }
    const bun = /^bun@([^+]+)/.exec(packageManager ?? '')?.[1];
    if (bun !== undefined)
        add('bun', 'packageManager', `bun@${bun}`, () => (0,detect_versions/* exactly */.pV)(bun));
    return found.length > 0 ? found : [(0,finding/* presence */.IN)('node', source)];
}

// EXTERNAL MODULE: ./node_modules/smol-toml/dist/index.js + 8 modules
var dist = __webpack_require__(3292);
;// CONCATENATED MODULE: ./build/image/detect/readers/toml.js




/** A key of a TOML file at the start of its line, quoted or not. */
const keyPattern = (name) => new RegExp(`^[ \\t]*["']?${name.replace(/[^\w-]/g, '\\$&')}["']?[ \\t]*=`, 'm');
/**
 * A TOML file by a schema that takes what concerns us.
 * @throws TaskError ACODE-CTN-006
 */
function readToml(source, schema) {
    try {
        return schema.parse((0,dist/* parse */.qg)(source.text));
    }
    catch (error) {
        const why = error instanceof errors/* ZodError */.G ? core_errors/* prettifyError */.S1(error) : ((0,build_errors/* messageOf */.bD)(error).split('\n')[0] ?? '');
        throw (0,finding/* unreadable */.O$)(source.file, why);
    }
}

;// CONCATENATED MODULE: ./build/image/detect/readers/rust.js





/** A channel of rustup: a version or `stable`; `beta` and `nightly` have no official image. */
const rustChannel = (written) => /^stable\b/.test(written) ? finding/* ANY */.x4 : (0,detect_versions/* exactly */.pV)(written.replace(/-(x86_64|aarch64|i686)-.*$/, ''));
const toolchainSchema = schemas/* object */.Ikc({ toolchain: schemas/* object */.Ikc({ channel: schemas/* string */.YjP().optional() }) });
/** `rust-toolchain.toml`, and `rust-toolchain` in both of its forms. */
function readRustToolchain(source) {
    const [first] = linesOf(source);
    const isPlain = !source.file.endsWith('.toml') && first !== undefined && !first.text.startsWith('[');
    const channel = isPlain ? first.text : readToml(source, toolchainSchema).toolchain.channel;
    if (channel === undefined)
        return [(0,finding/* presence */.IN)('rust', source)];
    const line = isPlain ? first.line : (0,finding/* lineOf */.cA)(source.text, keyPattern('channel'));
    const requirement = rustChannel(channel);
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)('rust', { file: source.file, line }, channel);
    return [{ toolchain: 'rust', file: source.file, line, written: `channel: ${channel}`, ...requirement }];
}
const cargo = schemas/* object */.Ikc({ 'rust-version': schemas/* string */.YjP().optional().catch(undefined) }).optional();
const cargoSchema = schemas/* object */.Ikc({ package: cargo, workspace: schemas/* object */.Ikc({ package: cargo }).optional() });
/** `Cargo.toml`: the least version that builds it. */
function readCargo(source) {
    const { package: own, workspace } = readToml(source, cargoSchema);
    const written = own?.['rust-version'] ?? workspace?.package?.['rust-version'];
    if (written === undefined)
        return [(0,finding/* presence */.IN)('rust', source)];
    const line = (0,finding/* lineOf */.cA)(source.text, keyPattern('rust-version'));
    const requirement = (0,detect_versions/* atLeast */.jZ)(written);
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)('rust', { file: source.file, line }, written);
    return [
        {
            toolchain: 'rust',
            file: source.file,
            line,
            written: `rust-version: ${written}`,
            ...requirement,
            names: null,
        },
    ];
}

;// CONCATENATED MODULE: ./build/image/detect/readers/managers.js








/** Version managers name tools in ways of their own. Of what they name besides, no image is made. */
const TOOLS = new Map(Object.entries({
    node: ['node', nodeVersion],
    nodejs: ['node', nodeVersion],
    bun: ['bun', detect_versions/* exactly */.pV],
    deno: ['deno', detect_versions/* exactly */.pV],
    go: ['go', detect_versions/* exactly */.pV],
    golang: ['go', detect_versions/* exactly */.pV],
    python: ['python', detect_versions/* exactly */.pV],
    java: ['java', javaVersion],
    ruby: ['ruby', detect_versions/* exactly */.pV],
    rust: ['rust', rustChannel],
    php: ['php', detect_versions/* exactly */.pV],
    dotnet: ['dotnet', detect_versions/* exactly */.pV],
    'dotnet-core': ['dotnet', detect_versions/* exactly */.pV],
    'dotnet-sdk': ['dotnet', detect_versions/* exactly */.pV],
    swift: ['swift', detect_versions/* exactly */.pV],
    elixir: ['elixir', detect_versions/* exactly */.pV],
    // Their own version is the image's affair: what is chosen is the JDK's.
    maven: ['maven', () => finding/* ANY */.x4],
    gradle: ['gradle', () => finding/* ANY */.x4],
}));
/** Versions of both managers that leave the choice, or that no image has. */
const requirementOf = (written, read) => {
    if (/^(latest|lts|stable)$/.test(written))
        return finding/* ANY */.x4;
    return read(written.replace(/^(prefix:|latest:)/, ''));
};
/** What is not installed by the manager, so that it says nothing of a version. */
const isElsewhere = (written) => /^(system$|ref:|path:|sub-)/.test(written);
function toolFinding(source, name, written, line) {
    const tool = TOOLS.get(name.replace(/^core:/, '').toLowerCase());
    if (tool === undefined || isElsewhere(written))
        return [];
    const [toolchain, read] = tool;
    const requirement = requirementOf(written, read);
    if (requirement === null)
        throw (0,finding/* noVersion */.yV)(toolchain, { file: source.file, line }, written);
    return [{ toolchain, file: source.file, line, written: `${name} ${written}`, ...requirement }];
}
/** `.tool-versions` of asdf: `nodejs 22.3.0 20.1.0`; the first version is used. */
const readToolVersions = (source) => linesOf(source).flatMap(({ text, line }) => {
    const [name = '', version] = text.split(/\s+/);
    if (version === undefined && TOOLS.has(name))
        throw (0,finding/* unreadable */.O$)(`${source.file}:${line}`, `${name} has no version`);
    return version === undefined ? [] : toolFinding(source, name, version, line);
});
const version = schemas/* union */.KCZ([schemas/* string */.YjP(), schemas/* number */.aig().transform(String)]);
const miseSchema = schemas/* object */.Ikc({
    tools: schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* union */.KCZ([version, schemas/* looseObject */._H3({ version }), schemas/* array */.YOg(schemas/* union */.KCZ([version, schemas/* looseObject */._H3({ version })]))]))
        .optional(),
});
/** `mise.toml`: `[tools]` with a version, a list of them, or a table. */
function readMise(source) {
    const { tools = {} } = readToml(source, miseSchema);
    return Object.entries(tools).flatMap(([name, value]) => {
        const [first] = [value].flat();
        if (first === undefined)
            return [];
        const written = typeof first === 'string' ? first : first.version;
        return toolFinding(source, name, written, (0,finding/* lineOf */.cA)(source.text, keyPattern(name)));
    });
}

;// CONCATENATED MODULE: ./build/image/detect/readers/php.js





const composerSchema = schemas/* object */.Ikc({
    require: schemas/* union */.KCZ([schemas/* record */.g1P(schemas/* string */.YjP(), schemas/* unknown */.L5J()), schemas/* array */.YOg(schemas/* unknown */.L5J()).transform(() => ({}))])
        .optional(),
    config: schemas/* object */.Ikc({ platform: schemas/* object */.Ikc({ php: schemas/* string */.YjP().optional() }).optional().catch(undefined) })
        .optional()
        .catch(undefined),
});
/** `composer.json`: the platform it is locked for, else what it requires. */
function readComposer(source) {
    const { require = {}, config } = readJson(source, composerSchema);
    const platform = config?.platform?.php;
    const wanted = Object.entries(require).find(([name]) => name === 'php')?.[1];
    const found = [];
    if (platform !== undefined) {
        const line = (0,finding/* lineOf */.cA)(source.text, /"platform"/);
        found.push(ranged('php', source, line, `platform php: ${platform}`, series(platform)));
    }
    if (typeof wanted === 'string')
        found.push(ranged('php', source, (0,finding/* lineOf */.cA)(source.text, /"php"\s*:/), `php: ${wanted}`, composerRange(wanted)));
    return found.length > 0 ? found : [(0,finding/* presence */.IN)('php', source)];
}
/** A platform of `8.1.99` stands for its line. */
const series = (written) => {
    const [, line] = /^(\d+\.\d+)/.exec(written) ?? [];
    return line === undefined ? null : (0,detect_versions/* exactly */.pV)(line);
};
/**
 * Composer's `~8.1` is 8.1 and later below 9, its commas join and its `|` alternates.
 * @see https://getcomposer.org/doc/articles/versions.md
 */
const composerRange = (written) => (0,detect_versions/* npmRange */.pP)(written
    .replace(/@\w+/g, '')
    .replace(/\|\|?/g, ' || ')
    .replace(/,/g, ' ')
    .replace(/~(\d+)\.(\d+)(?![.\d])/g, '>=$1.$2.0 <$1.99999.0'));

;// CONCATENATED MODULE: ./build/image/detect/readers/python.js





/** `.python-version`: the first version that the manager would take. */
const pythonVersion = (written) => /^\d/.test(written)
    ? (0,detect_versions/* exactly */.pV)(written.replace(/[-_](?:dev|latest)$/, ''))
    : (0,detect_versions/* exactly */.pV)(written.replace(/^(?:cpython|python)[-@]?/i, ''));
/**
 * A specifier as Python's packages write it.
 * @see https://packaging.python.org/en/latest/specifications/version-specifiers/
 */
function pep440(written) {
    const parts = written
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    const ranges = parts.map(specifier);
    const known = ranges.flatMap((range) => range ?? []);
    return parts.length > 0 && known.length === ranges.length ? { allows: (0,detect_versions/* allOf */.bn)(known), names: null } : null;
}
function specifier(written) {
    const [, operator, version = '', wild] = /^(~=|===?|!=|<=|>=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?(?:[a-z]+\d*)?$/.exec(written) ?? [];
    if (version === '')
        return null;
    if (operator === '^' || operator === '~')
        return (0,detect_versions/* npmRange */.pP)(`${operator}${version}`)?.allows ?? null; // Poetry
    if (operator === '~=')
        return compatible(version);
    if (operator === '!=' && wild)
        return without(version);
    if (wild || operator === '===')
        return (0,detect_versions/* exactly */.pV)(version)?.allows ?? null;
    return (0,detect_versions/* comparison */.my)(`${operator ?? '='} ${version}`);
}
/** `~=3.9` is 3.9 and later below 4; `~=3.9.1` below 3.10. */
const compatible = (version) => (0,detect_versions/* comparison */.my)(`~> ${version}`);
const without = (version) => {
    const numbers = version.split('.').map(Number);
    const next = numbers.with(-1, (numbers.at(-1) ?? 0) + 1).join('.');
    const [below, from] = [(0,detect_versions/* comparison */.my)(`< ${version}`), (0,detect_versions/* comparison */.my)(`>= ${next}`)];
    return below === null || from === null ? null : `${below} || ${from}`;
};
const pyprojectSchema = schemas/* object */.Ikc({
    project: schemas/* object */.Ikc({ 'requires-python': schemas/* string */.YjP().optional() }).optional(),
    tool: schemas/* object */.Ikc({
        poetry: schemas/* object */.Ikc({ dependencies: schemas/* object */.Ikc({ python: schemas/* string */.YjP().optional().catch(undefined) }).optional() })
            .optional()
            .catch(undefined),
    })
        .optional(),
});
/** `pyproject.toml`: requires-python, or Poetry's own. */
function readPyproject(source) {
    const { project, tool } = readToml(source, pyprojectSchema);
    const [key, written] = project?.['requires-python'] !== undefined
        ? ['requires-python', project['requires-python']]
        : ['python', tool?.poetry?.dependencies?.python];
    if (written === undefined)
        return [(0,finding/* presence */.IN)('python', source)];
    const alternatives = written.split('||').map(pep440);
    const known = alternatives.flatMap((one) => one?.allows ?? []);
    const requirement = known.length === alternatives.length ? { allows: known.join(' || '), names: null } : null;
    return [ranged('python', source, (0,finding/* lineOf */.cA)(source.text, keyPattern(key)), `${key}: ${written}`, requirement)];
}
const pipfileSchema = schemas/* object */.Ikc({
    requires: schemas/* object */.Ikc({ python_version: schemas/* string */.YjP().optional(), python_full_version: schemas/* string */.YjP().optional() })
        .optional(),
});
/** `Pipfile`. */
function readPipfile(source) {
    const { requires } = readToml(source, pipfileSchema);
    const written = requires?.python_full_version ?? requires?.python_version;
    if (written === undefined || written === '*')
        return [(0,finding/* presence */.IN)('python', source)];
    return [
        ranged('python', source, (0,finding/* lineOf */.cA)(source.text, /python_(full_)?version/), written, pythonVersion(written)),
    ];
}

;// CONCATENATED MODULE: ./build/image/detect/readers/ruby.js




/** `.ruby-version`: `3.3.0`, `ruby-3.3.0`. */
const rubyVersion = (written) => (0,detect_versions/* exactly */.pV)(written.replace(/^ruby[-@]/, ''));
/** `Gemfile`: `ruby "3.3.0"`, `ruby "~> 3.2", ">= 3.2.1"`. */
function readGemfile(source) {
    for (const { text, line } of linesOf(source)) {
        const [, rest] = /^ruby[\s(]+(["'].*)$/.exec(text) ?? [];
        if (rest === undefined)
            continue;
        const comparisons = [...rest.replace(/,\s*\w+:.*$/, '').matchAll(/["']([^"']+)["']/g)].map(([, one = '']) => one);
        const [only] = comparisons;
        const exact = comparisons.length === 1 && only !== undefined && /^\d/.test(only) ? (0,detect_versions/* exactly */.pV)(only) : null;
        return [ranged('ruby', source, line, text, exact ?? range_all(comparisons))];
    }
    return [(0,finding/* presence */.IN)('ruby', source)];
}

;// CONCATENATED MODULE: ./build/image/detect/readers/swift.js



/** `Package.swift`: the version of the tools that it needs at least. */
function readSwiftPackage(source) {
    const pattern = /\/\/\s*swift-tools-version\s*:\s*([\d.]+)/;
    const [, written] = pattern.exec(source.text) ?? [];
    if (written === undefined)
        return [(0,finding/* presence */.IN)('swift', source)];
    const requirement = (0,detect_versions/* atLeast */.jZ)(written);
    return [
        ranged('swift', source, (0,finding/* lineOf */.cA)(source.text, pattern), written, requirement && { ...requirement, names: null }),
    ];
}

;// CONCATENATED MODULE: ./build/image/detect/readers.js













/** The file says that a tool is used, and nothing of its version. */
const used = (toolchain) => (source) => [(0,finding/* presence */.IN)(toolchain, source)];
const ANY_TOOL = '*';
/** Whether a reader is of use where one toolchain is looked for; null: all are. */
const concerns = ([, ...toolchains], wanted) => wanted === null || toolchains.includes(wanted) || toolchains.includes(ANY_TOOL);
/** Readers by file name; a name may have a folder. What is first here is asked first. */
const READERS = {
    '.tool-versions': [readToolVersions, ANY_TOOL],
    'mise.toml': [readMise, ANY_TOOL],
    '.mise.toml': [readMise, ANY_TOOL],
    'mise/config.toml': [readMise, ANY_TOOL],
    '.mise/config.toml': [readMise, ANY_TOOL],
    '.config/mise.toml': [readMise, ANY_TOOL],
    '.config/mise/config.toml': [readMise, ANY_TOOL],
    '.nvmrc': [readNodeVersion, 'node'],
    '.node-version': [readNodeVersion, 'node'],
    'package.json': [readPackage, 'node', 'bun', 'deno'],
    'global.json': [readGlobalJson, 'dotnet'],
    'Directory.Build.props': [readProject, 'dotnet'],
    'go.mod': [readGo, 'go'],
    'go.work': [readGo, 'go'],
    '.go-version': [versionFile('go'), 'go'],
    'rust-toolchain.toml': [readRustToolchain, 'rust'],
    'rust-toolchain': [readRustToolchain, 'rust'],
    'Cargo.toml': [readCargo, 'rust'],
    '.python-version': [versionFile('python', pythonVersion), 'python'],
    'pyproject.toml': [readPyproject, 'python'],
    Pipfile: [readPipfile, 'python'],
    'requirements.txt': [used('python'), 'python'],
    'setup.py': [used('python'), 'python'],
    'setup.cfg': [used('python'), 'python'],
    'uv.lock': [used('python'), 'python'],
    '.java-version': [versionFile('java', javaVersion), 'java', 'maven', 'gradle'],
    '.sdkmanrc': [readSdkman, 'java', 'maven', 'gradle'],
    'pom.xml': [readPom, 'maven'],
    'build.gradle': [readGradle, 'gradle'],
    'build.gradle.kts': [readGradle, 'gradle'],
    'settings.gradle': [used('gradle'), 'gradle'],
    'settings.gradle.kts': [used('gradle'), 'gradle'],
    '.ruby-version': [versionFile('ruby', rubyVersion), 'ruby'],
    Gemfile: [readGemfile, 'ruby'],
    '.php-version': [versionFile('php'), 'php'],
    'composer.json': [readComposer, 'php'],
    '.deno-version': [versionFile('deno'), 'deno'],
    '.dvmrc': [versionFile('deno'), 'deno'],
    'deno.json': [used('deno'), 'deno'],
    'deno.jsonc': [used('deno'), 'deno'],
    'deno.lock': [used('deno'), 'deno'],
    '.bun-version': [versionFile('bun'), 'bun'],
    'bun.lock': [used('bun'), 'bun'],
    'bun.lockb': [used('bun'), 'bun'],
    'Package.swift': [readSwiftPackage, 'swift'],
    '.swift-version': [versionFile('swift'), 'swift'],
    'mix.exs': [readMix, 'elixir'],
};
/** Files that are known by the end of their name. */
const READERS_BY_EXTENSION = {
    '.sln': [readSolution, 'dotnet'],
    '.slnx': [readSolution, 'dotnet'],
    '.csproj': [readProject, 'dotnet'],
    '.fsproj': [readProject, 'dotnet'],
    '.vbproj': [readProject, 'dotnet'],
};


/***/ })

};
