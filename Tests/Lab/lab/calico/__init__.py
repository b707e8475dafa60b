"""What calico-node does with Calico's resources: which routes a node advertises, and BIRD's configuration."""
