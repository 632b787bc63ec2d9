/**
 * Shows a page in the user's browser. Answers why that did not work, or `undefined`. What opens it is started without a
 * shell and outlives this process.
 */
export async function openBrowser(url: string): Promise<string | undefined> {
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    // The opener may run for as long as the browser does: only a failure at once is told.
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), AT_ONCE_MS);
      child.once('exit', (code) => {
        clearTimeout(timer);
        resolve(code === 0 ? undefined : `what should open it ended with ${code ?? 'a signal'}`);
      });
    });
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

const AT_ONCE_MS = 500;
