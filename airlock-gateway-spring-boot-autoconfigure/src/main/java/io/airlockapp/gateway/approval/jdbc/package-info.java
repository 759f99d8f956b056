/**
 * Journal of approvals in a database.
 */
@NullMarked
package io.airlockapp.gateway.approval.jdbc;

import org.jspecify.annotations.NullMarked;
