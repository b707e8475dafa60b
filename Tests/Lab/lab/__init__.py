"""The lab: real BGP speakers, a real Kubernetes API and real ssh for the tests of bgpdeck."""
