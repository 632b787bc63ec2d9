/** A file as its text: bundled by the build, and read by the tests' own loader. */
declare module '*?raw' {
  const text: string;
  export default text;
}
