/** One change of a task, made in its own folder: the checkout's state by bash, the change by busybox. */
export type ChangeCase = { readonly name: string; readonly setup?: string; readonly change: string }

const LONG = 'n'.repeat(200)
const DEEP = Array.from({ length: 6 }, (_, depth) => String(depth).repeat(60)).join('/')

/** Every kind of change that a task can make to files. `:` in a name of folder and case is not needed by any. */
export const CHANGE_CASES: readonly ChangeCase[] = [
  { name: 'adds a file', change: 'echo new > new' },
  { name: 'adds files in new folders', change: 'mkdir -p a/b/c; echo 1 > a/1; echo 2 > a/b/c/2' },
  { name: 'modifies a file', setup: 'printf "a\\nb\\nc\\n" > f', change: 'printf "a\\nB\\nc\\n" > f' },
  { name: 'deletes a file', setup: 'echo 1 > f; echo 2 > g', change: 'rm f' },
  {
    name: 'deletes many files',
    setup: 'for n in $(seq 30); do echo $n > $n; done',
    change: 'for n in $(seq 29); do rm $n; done',
  },
  { name: 'renames a file', setup: 'seq 100 > f', change: 'mv f g' },
  { name: 'renames and modifies a file', setup: 'seq 100 > f', change: 'mv f g; echo more >> g' },
  { name: 'renames a folder', setup: 'mkdir -p d/e; seq 10 > d/1; seq 20 > d/e/2', change: 'mv d D' },
  { name: 'swaps two files', setup: 'seq 100 > f; seq 200 300 > g', change: 'mv f t; mv g f; mv t g' },
  { name: 'renames a file to below its own name', setup: 'seq 50 > f', change: 'mv f t; mkdir f; mv t f/f' },
  {
    name: 'renames a file over its folder',
    setup: 'mkdir d; seq 50 > d/f',
    change: 'mv d/f t; rmdir d; mv t d',
  },
  { name: 'sets the exec bit', setup: 'echo 1 > f', change: 'chmod +x f' },
  { name: 'takes the exec bit', setup: 'echo 1 > f; chmod +x f', change: 'chmod -x f' },
  { name: 'sets the exec bit and modifies', setup: 'echo 1 > f', change: 'chmod +x f; echo 2 > f' },
  { name: 'adds an executable', change: 'echo 1 > f; chmod 755 f' },
  { name: 'adds a link', setup: 'echo 1 > f', change: 'ln -s f l' },
  { name: 'adds a link that leads nowhere', change: 'ln -s /no/such/thing l; ln -s "../ b\\c" m' },
  { name: 'retargets a link', setup: 'ln -s a l', change: 'rm l; ln -s b l' },
  { name: 'deletes a link', setup: 'ln -s a l; echo 1 > f', change: 'rm l' },
  { name: 'deletes a folder', setup: 'mkdir -p d/e; echo 1 > d/1; echo 2 > d/e/2', change: 'rm -r d' },
  {
    name: 'makes a deleted folder again',
    setup: 'mkdir d; echo 1 > d/1; echo 2 > d/2',
    change: 'rm -r d; mkdir d; echo 3 > d/3',
  },
  {
    name: 'makes a deleted folder again with files of the same names',
    setup: 'mkdir d; echo 1 > d/1; echo 2 > d/2',
    change: 'rm -r d; mkdir d; echo other > d/1; echo 2 > d/2',
  },
  { name: 'makes a deleted folder again, empty', setup: 'mkdir d; echo 1 > d/1', change: 'rm -r d; mkdir d' },
  {
    name: 'makes a nested folder again',
    setup: 'mkdir -p d/e/f; echo 1 > d/1; echo 2 > d/e/2; echo 3 > d/e/f/3',
    change: 'rm -r d/e; mkdir -p d/e/f; echo 4 > d/e/f/4',
  },
  {
    name: 'makes a folder and one within it again',
    setup: 'mkdir -p d/e/f; echo 1 > d/1; echo 2 > d/e/2; echo 3 > d/e/f/3',
    change: 'rm -r d; mkdir -p d/e/f; echo 5 > d/e/5; rm -r d/e; mkdir -p d/e/f; echo 3 > d/e/f/3',
  },
  {
    name: 'makes a folder again in one that is only touched',
    setup: 'mkdir -p d/e; echo 1 > d/1; echo 2 > d/e/2',
    change: 'touch d; rm -r d/e; mkdir d/e; echo 6 > d/e/6',
  },
  { name: 'makes a folder of a file', setup: 'echo 1 > f', change: 'rm f; mkdir f; echo 1 > f/1' },
  { name: 'makes an empty folder of a file', setup: 'echo 1 > f; echo 2 > g', change: 'rm f; mkdir f' },
  {
    name: 'makes a file of a folder',
    setup: 'mkdir d; echo 1 > d/1; echo 2 > d/2',
    change: 'rm -r d; echo 1 > d',
  },
  {
    name: 'makes a file of nested folders',
    setup: 'mkdir -p d/e/f; echo 1 > d/e/f/1; echo 2 > d/e/2',
    change: 'rm -r d; echo 1 > d',
  },
  {
    name: 'makes a folder of a link to a folder',
    setup: 'mkdir d; echo 1 > d/1; ln -s d l',
    change: 'rm l; mkdir l; echo 2 > l/1',
  },
  {
    name: 'makes a folder of a link to the system',
    setup: 'ln -s /etc l',
    change: 'rm l; mkdir l; echo mine > l/passwd; echo mine > l/hostname',
  },
  {
    name: 'makes a link of a folder',
    setup: 'mkdir -p d/e; echo 1 > d/1; echo 2 > d/e/2; mkdir t',
    change: 'rm -r d; ln -s /etc d',
  },
  {
    name: 'makes a link of a file, and the reverse',
    setup: 'echo 1 > f; ln -s f l',
    change: 'rm f l; ln -s l f; echo f > l',
  },
  {
    name: 'changes a file through a link',
    setup: 'mkdir d; echo 1 > d/1; ln -s d l',
    change: 'echo more >> l/1; echo 2 > l/2',
  },
  {
    name: 'names with anything in them',
    setup: `echo 1 > 'a b'; echo 2 > ' lead'; echo 3 > $'new\\nline'; echo 4 > $'tab\\t"quote"'; echo 5 > $'\\377\\376'; echo 6 > 'é'; mkdir $'d\\n\\377 '; echo 7 > $'d\\n\\377 /\\\\x'`,
    change: `for f in * */*; do test ! -f "$f" || echo more >> "$f"; done; echo x > "$(printf 'n\\nw\\377\\\\"')"; rm "$(printf '\\377\\376')"; echo x > 'trail '; echo x > '-dash'; echo x > '--'; echo x > '#'; echo x > '.acode-probe'; echo x > '*?[a]'; mkdir -- -d; echo x > -d/-f`,
  },
  {
    name: 'deletes names with anything in them',
    setup: `echo 1 > 'a b'; echo 2 > $'new\\nline'; echo 3 > $'\\377"\\\\'; mkdir $'d\\n\\377'; echo 4 > $'d\\n\\377/x'; echo 5 > keep`,
    change: `rm -r a* new* "$(printf '\\377"\\\\')" d*`,
  },
  {
    name: 'makes a folder again whose name is no text',
    setup: `mkdir $'d\\n\\377é'; echo 4 > $'d\\n\\377é/x'`,
    change: `d="$(printf 'd\\n\\377é')"; rm -r "$d"; mkdir "$d"; echo 5 > "$d/y"`,
  },
  {
    name: 'very long names',
    setup: `echo 1 > ${LONG}1; mkdir ${LONG}2; echo 2 > ${LONG}2/${LONG}`,
    change: `echo 2 >> ${LONG}1; echo new > ${LONG}3; mv ${LONG}2 ${LONG}4`,
  },
  {
    name: 'very long paths',
    setup: `mkdir -p ${DEEP}; echo 1 > ${DEEP}/f; echo 2 > ${DEEP}/g`,
    change: `echo 2 >> ${DEEP}/f; rm ${DEEP}/g; echo new > ${DEEP}/${LONG}; ln -s ${DEEP}/${LONG} ${DEEP}/l`,
  },
  { name: 'a long link', setup: `ln -s ${DEEP} l`, change: `rm l; ln -s ${LONG}/${DEEP} l` },
  {
    name: 'binary files',
    setup: "head -c 5000 /dev/urandom > f; printf '\\0a' > g; printf '\\0b' > h",
    change: "printf '\\0\\1\\377' >> f; head -c 70000 /dev/urandom > new; rm g; printf text > h",
  },
  {
    name: 'empty files',
    setup: 'touch e f; echo 1 > g',
    change: 'rm e; echo 1 > f; : > g; touch new; mkdir d; touch d/new',
  },
  { name: 'moves an empty file', setup: 'touch e', change: 'mv e f' },
  {
    name: 'line ends of Windows',
    setup: "printf 'a\\r\\nb\\r\\nc\\r\\n' > f; printf 'a\\nb\\n' > g",
    change: "printf 'a\\r\\nB\\r\\nc\\r\\n' > f; printf 'a\\r\\nb\\r\\n' > g; printf 'x\\r\\ny\\n' > n",
  },
  {
    name: 'no newline at the end',
    setup: "printf 'a\\nb' > f; printf 'a\\nb\\n' > g; printf x > h",
    change: "printf 'a\\nb\\n' > f; printf 'a\\nb' > g; printf y > h; printf z > n",
  },
  {
    name: 'blanks at line ends and odd lines',
    setup: "printf 'a \\n\\tb\\n' > f",
    change:
      "printf 'a  \\n\\t b\\t\\n\\n\\n--- a/x\\n+++ b/x\\n@@ -1 +1 @@\\ndiff --git a/x b/x\\n' > f; printf -- '-- \\n1.0\\n' > n",
  },
  {
    name: 'hard links',
    setup: 'echo 1 > f; ln f g',
    change: 'ln f h; echo more >> f; echo new > n; ln n m; ln n o; ln -s n l; ln l k 2>/dev/null || true',
  },
  {
    name: 'a hard link in place of a file with the same content',
    setup: 'echo 1 > f; cp f g; head -c 1500000 /dev/zero > F; cp F G',
    change: 'ln -f f g; ln -f F G',
  },
  {
    name: 'a hard link that makes a file what it was',
    setup: 'echo 1 > a; echo 2 > b; echo 1 > A; head -c 1500000 /dev/zero > B',
    change: 'echo 2 > a; ln -f a b; head -c 1500000 /dev/zero > A; ln -f A B',
  },
  { name: 'a hard link to a file of the checkout', setup: 'echo 1 > f', change: 'ln f h' },
  {
    name: 'touched, not changed',
    setup: 'echo 1 > f; mkdir d; echo 2 > d/f; ln -s f l',
    change: 'touch f d d/f; chmod 600 f; chmod 700 d',
  },
  {
    name: 'replaced by the same',
    setup: 'echo 1 > f; ln -s f l; mkdir d; echo 2 > d/f',
    change: 'rm f l; echo 1 > f; ln -s f l; rm -r d; mkdir d; echo 2 > d/f',
  },
  { name: 'same length, other content', setup: 'echo abc > f', change: 'echo abd > f; touch -d @0 f' },
  { name: 'added and deleted again', setup: 'echo 1 > f', change: 'echo 2 > n; rm n; mkdir d; rmdir d' },
  {
    name: 'empty folders',
    setup: 'mkdir -p e/f; echo 1 > g',
    change: 'mkdir -p n/m; rmdir e/f; echo 2 >> g',
  },
  {
    name: 'read-only folders and files',
    setup: 'mkdir d; echo 1 > d/f; echo 2 > d/g; chmod 444 d/f',
    change:
      'chmod 644 d/f; echo 2 >> d/f; chmod 400 d/f; echo n > d/n; chmod 200 d/n; chmod 400 d/n; chmod 555 d; mkdir r; echo 1 > r/1; chmod 500 r',
  },
  {
    name: 'pipes and sockets',
    setup: 'echo 1 > f; echo 2 > g',
    change: 'mkfifo p; rm f; mkfifo f; echo 3 > g',
  },
  {
    name: 'a file of 1.5 MB',
    setup: 'head -c 1500000 /dev/urandom > f; head -c 1500000 /dev/zero > same',
    change: 'printf x | dd of=f bs=1 seek=700000 conv=notrunc 2>/dev/null; touch same',
  },
  {
    name: 'a hard link to a large file',
    setup: 'head -c 1500000 /dev/zero > f',
    change: 'ln f a; echo x >> f; head -c 1100000 /dev/zero > m; ln m n',
  },
  {
    name: 'tracked files that the rules ignore',
    setup: 'echo 1 > tracked.ignored',
    change: 'echo 2 > tracked.ignored',
  },
  {
    name: 'looks like an LFS pointer',
    setup: `printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%064d\\nsize 12\\n' 7 > f; echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes; echo pointer > g.bin`,
    change: "echo content > f; printf 'other\\0' > g.bin; echo n > n.bin",
  },
  {
    name: 'attributes that hide',
    setup: `printf '* -diff\\n*.t text\\nx export-ignore\\n' > .gitattributes; echo 1 > f.t; echo 2 > x`,
    change: 'echo 2 > f.t; echo 3 > x; echo 4 > y',
  },
  {
    name: 'hidden files',
    setup: 'echo 1 > .f; mkdir .d; echo 2 > .d/.g',
    change: 'echo 2 >> .f; rm .d/.g; echo 3 > .d/..h; echo 4 > ...',
  },
  { name: 'many files', change: 'mkdir m; for n in $(seq 300); do echo $n > m/$n; done' },
]
