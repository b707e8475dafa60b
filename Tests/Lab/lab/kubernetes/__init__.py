"""The lab's Kubernetes: control plane, objects, the kubelets' stand-in."""
