/** A text in base64. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** A JSON Web Token that ends in a secret. */
export const jwt = (secret: string): string => `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjaGVja291dCJ9.${secret}`;
/** A private key in PEM with a secret in it. */
export const block = (kind: string, secret: string, end = '\n'): string =>
  [`-----BEGIN ${kind}-----`, `MIIEow${secret}`, 'QIDAQAB', `-----END ${kind}-----`].join(end);
/** A ConfigMap. */
export const settings = (data: Record<string, string>) => ({ data });
/** A Pod with one container. */
export const pod = (container: Record<string, unknown>) => ({
  spec: { containers: [{ name: 'app', ...container }] },
});
/** A Pod with one variable. */
export const env = (name: string, value: string) => pod({ env: [{ name, value }] });
/** Put together at run time: the beginnings are those that scanners of repositories look for. */
export const token = (...parts: readonly string[]): string => parts.join('');
/** A line of a log. */
export const line = (text: string): string => `2026-11-23T02:11:00Z\tinfo\tapp\t${text}`;
