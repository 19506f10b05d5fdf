"""A SPARQL endpoint, linked data and pages over HTTP, from processes that can be killed.

Four kinds of process, so that each does one thing:

- the *front* speaks HTTP; it holds no graph and runs no query;
- the *launcher* is forked from it before anything else exists, and starts nurseries;
- a *nursery* opens one version of the data and forks workers from itself;
- a *worker* answers one job at a time and is killed by the kernel when its time is up.
"""
