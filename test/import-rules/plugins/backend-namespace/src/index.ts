import '@karapace/apt'; // refused
import '@karapace/core';
import '@karapace/sandbox-profile';
