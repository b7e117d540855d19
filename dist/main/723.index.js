export const id = 723;
export const ids = [723];
export const modules = {

/***/ 6723:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   extractFiles: () => (/* binding */ extractFiles),
/* harmony export */   packTar: () => (/* binding */ packTar)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(6760);
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(8321);
/* harmony import */ var node_stream_promises__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(6466);
/* harmony import */ var tar_stream__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6118);
/* harmony import */ var _engine_files_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(3112);







/** The entries as one tar archive, for `docker cp - CONTAINER:PATH`. */
async function packTar(entries) {
    const archive = (0,tar_stream__WEBPACK_IMPORTED_MODULE_5__.pack)();
    for (const { name, kind, content, mode, uid, gid } of entries)
        archive.entry({ name, type: kind === 'folder' ? 'directory' : 'file', mode, uid, gid }, content ?? '');
    archive.finalize();
    return (0,node_stream_consumers__WEBPACK_IMPORTED_MODULE_3__.buffer)(archive);
}
/**
 * Writes the regular files of a tar archive that a task filled. Links, devices and names that lead elsewhere
 * are left out: the archive's content is nobody's whom we trust.
 */
async function extractFiles(archive, folder) {
    const reader = (0,tar_stream__WEBPACK_IMPORTED_MODULE_5__.extract)();
    archive.pipe(reader);
    archive.on('error', (error) => reader.destroy(error));
    for await (const entry of reader) {
        const name = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.normalize)(entry.header.name);
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(folder, name);
        if (entry.header.type === 'file' && path !== folder && (0,_engine_files_js__WEBPACK_IMPORTED_MODULE_6__/* .isWithin */ .UO)(path, folder) && !name.startsWith('/')) {
            await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.mkdir)((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path), { recursive: true });
            // The archive broke off meanwhile: a pipeline would wait for ever, and the reader throws next.
            if (entry.destroyed)
                continue;
            await (0,node_stream_promises__WEBPACK_IMPORTED_MODULE_4__.pipeline)(entry, (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createWriteStream)(path));
        }
        else {
            entry.resume();
        }
    }
}


/***/ })

};
