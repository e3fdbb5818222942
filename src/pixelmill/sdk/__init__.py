"""What a plug author imports: the contracts of nodes, providers and storages."""
