/* A page with [data-waiting] looks every two seconds whether it has changed, for three minutes; 刷新 stays for the rest. */

const EVERY = 2000;
const TIMES = 90;

const look = async (left) => {
  if (!left) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.redirected || (answer.ok && !(await answer.text()).includes("data-waiting"))) {
      location.reload();
      return;
    }
  } catch (error) {
    // The network is away for a moment: the next look may find it.
  }
  setTimeout(look, EVERY, left - 1);
};

setTimeout(look, EVERY, TIMES);
