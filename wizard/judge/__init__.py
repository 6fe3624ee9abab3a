"""What the log says: whether it was believed, and whether a model could learn it.

The words of the verdict, in the order in which one follows from the other:

- a *case* (`cases`) is an exchange or a recorded row, reduced to what is judged: an input and its answers by label;
- the *ground* (`ground`) of a label are the cases that count, each copy of an input once, as an *item*; a *kind* is one
  of the label's values, or a cluster of replies that do the same (`replies`);
- *inputs* are what items are as numbers, and a ground with these is *read*;
- the *curve* (`simple`) is how often a simple model is right by how much it learned from, and *growth* (`growth`) draws
  of where that leads with more;
- what was *looked* at (`looking`) is all that is known of a label, whatever the bar; *findings* (`verdict`) hold it
  against the bar, and the *result* (`judging`) has the verdict with its sentence, reasons and what to do next;
- a *report* (`report`) is a result in every form in which it is shown.
"""
