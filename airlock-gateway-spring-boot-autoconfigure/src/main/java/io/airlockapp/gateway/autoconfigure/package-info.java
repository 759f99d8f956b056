/**
 * Auto-configuration: properties, connection details, one class per feature, and failure
 * analyzers. Nothing else points here.
 */
@NullMarked
package io.airlockapp.gateway.autoconfigure;

import org.jspecify.annotations.NullMarked;
