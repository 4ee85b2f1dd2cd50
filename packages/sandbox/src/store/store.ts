// FROM THE COORDINATOR to the helper "Demo pages and seed": your task is CANCELLED. Another helper writes the whole
// sandbox, demo pages and seed included. Do not write anything under packages/sandbox. Report "cancelled" at once.
