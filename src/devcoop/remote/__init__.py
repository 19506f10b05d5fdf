"""SPARQL servers elsewhere: questions to them, and carrying a dataset there.

`endpoint` asks, repeats and gives up in time; `exchange` is the one door to the network;
`answers` reads what came back; `pushing` carries a dataset graph by graph; `comparing` says
whether a graph has arrived.
"""
