/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.durable.docs;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * Application of the examples.
 */
@SpringBootApplication
class PayoutApplication {

}
