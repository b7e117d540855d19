export const id = 776;
export const ids = [776];
export const modules = {

/***/ 9776:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readYaml: () => (/* binding */ readYaml)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8815);

/** At and below these keys every value becomes text, as a version does, and `1.10` has to stay `1.10`. */
const TEXT_KEYS = new Set(['env', 'labels', 'version', 'id', 'strategy']);
/** Parses YAML, with numbers kept as they are written where they stand for text. Errors are in the document. */
function readYaml(text, options) {
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, options);
    const anchors = new Map();
    const kept = new Set();
    (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .visit */ .YR)(document, (_, node) => {
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isPair */ .tO)(node)) {
            if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node.key) || !TEXT_KEYS.has(String(node.key.value)))
                return;
            keepAsWritten((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(node.value) ? anchors.get(node.value.source) : node.value, kept);
        }
        else if (((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node)) && node.anchor)
            anchors.set(node.anchor, node);
    });
    return document;
}
/** Each node once, however many aliases lead to it. */
function keepAsWritten(node, kept) {
    if (kept.has(node))
        return;
    kept.add(node);
    if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node))
        for (const { value } of node.items)
            keepAsWritten(value, kept);
    else if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node))
        for (const item of node.items)
            keepAsWritten(item, kept);
    else if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node) && typeof node.value === 'number' && node.source !== undefined)
        node.value = node.source;
}


/***/ })

};
