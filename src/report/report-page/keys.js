const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/** The keys of the page: `/` to the filter, arrows through the items, Esc back to the filter and to all items. */
export function listenToKeys(lists) {
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const list = lists.find(({ box }) => box.contains(target));
    const isField = target instanceof HTMLSelectElement || target.isContentEditable;
    const isSearch = target instanceof HTMLInputElement;
    if (key === '/' && !isSearch && !isField) {
      event.preventDefault();
      (list ?? nearest(lists))?.search.focus();
      return;
    }
    if (list === undefined || isField) return;
    if (key === 'Escape') leave(list, isSearch);
    else if (STEPS[key] !== undefined) {
      event.preventDefault();
      list.step(target, STEPS[key]);
    }
  });
}

function leave(list, isSearch) {
  if (isSearch) {
    list.search.value = '';
    list.apply();
  } else list.search.focus();
}

/** The list that is in the middle of the window, or the one after it. */
function nearest(lists) {
  const middle = innerHeight / 2;
  return lists.find(({ box }) => box.getBoundingClientRect().bottom > middle) ?? lists[0];
}
