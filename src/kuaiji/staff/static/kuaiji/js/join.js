// The secret of an invitation comes in the fragment, which no server sees: it goes into its field, and out of sight.
const field = document.getElementById("id_code");
const secret = location.hash.slice(1);
if (field && secret) {
  field.value = secret;
  history.replaceState(null, "", location.pathname);
}
