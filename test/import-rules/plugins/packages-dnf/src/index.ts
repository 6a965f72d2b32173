import '@karapace/apt'; // refused
import '@karapace/core';
import '@karapace/core/testing'; // refused
import '@karapace/rpm';
import '@karapace/rpm/testing'; // refused
