/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.openinview;

import org.springframework.data.repository.CrudRepository;

/**
 * The orders in the database.
 */
interface Orders extends CrudRepository<CustomerOrder, Long> {

}
