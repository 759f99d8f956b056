/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.kotlin

import io.airlockapp.gateway.approval.ApprovalGate
import io.airlockapp.gateway.approval.RequiresAirlockApproval
import io.airlockapp.gateway.autoconfigure.AirlockApprovalAutoConfiguration
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import java.lang.reflect.Proxy
import java.util.function.Supplier

/**
 * Tests for guarded functions of an interface without an implementation, such as a
 * repository, that are called by its generic superinterface. Kotlin writes no bridges
 * into interfaces.
 */
class KotlinRepositoriesTests {

	private val asked = mutableListOf<String>()

	@Test
	fun callByTheGenericSuperinterfaceIsGuarded() {
		ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(AirlockApprovalAutoConfiguration::class.java))
			.withBean(ApprovalGate::class.java, Supplier { ApprovalGate { call -> asked.add(call.toString()) } })
			.withBean(Owners::class.java, Supplier { repository() })
			.run { context ->
				val owners: Crud<Owner> = context.getBean(Owners::class.java)
				owners.save(Owner("Ann"))
				owners.delete(Owner("Ann"))
				assertThat(asked).containsExactly("Owners.save", "Owners.delete")
			}
	}

	private fun repository(): Owners {
		val types = arrayOf<Class<*>>(Owners::class.java)
		return Proxy.newProxyInstance(javaClass.classLoader, types) { proxy, method, arguments ->
			when (method.name) {
				"save" -> arguments[0]
				"hashCode" -> System.identityHashCode(proxy)
				else -> null
			}
		} as Owners
	}

	data class Owner(val name: String)

	interface Crud<T> {

		fun <S : T> save(entity: S): S

		fun delete(entity: T)

	}

	interface Owners : Crud<Owner> {

		@RequiresAirlockApproval
		override fun <S : Owner> save(entity: S): S

		@RequiresAirlockApproval
		override fun delete(entity: Owner)

	}

}
