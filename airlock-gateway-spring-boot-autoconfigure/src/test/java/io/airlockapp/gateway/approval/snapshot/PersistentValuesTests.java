/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import io.airlockapp.gateway.ApprovalUnavailableException;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import jakarta.persistence.CascadeType;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Version;
import org.hibernate.bytecode.enhance.spi.interceptor.BytecodeLazyAttributeInterceptor;
import org.hibernate.engine.spi.PersistentAttributeInterceptable;
import org.hibernate.engine.spi.PersistentAttributeInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;
import org.springframework.orm.jpa.vendor.HibernateJpaVendorAdapter;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link PersistentValues}: entities of Hibernate are shown as any other
 * object, as far as they are loaded or can be.
 */
class PersistentValuesTests {

	@AutoClose
	private static EntityManagerFactory entities;

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@BeforeAll
	static void start() {
		LocalContainerEntityManagerFactoryBean factory = new LocalContainerEntityManagerFactoryBean();
		factory.setDataSource(
				new DriverManagerDataSource("jdbc:h2:mem:%s;DB_CLOSE_DELAY=-1".formatted(UUID.randomUUID())));
		factory.setJpaVendorAdapter(new HibernateJpaVendorAdapter());
		factory.setManagedTypes(PersistenceManagedTypes.of(Customer.class.getName(), Purchase.class.getName(),
				Line.class.getName(), Basket.class.getName(), Piece.class.getName()));
		factory.setJpaPropertyMap(Map.of("hibernate.hbm2ddl.auto", "create"));
		factory.afterPropertiesSet();
		entities = factory.getObject();
		try (EntityManager manager = entities.createEntityManager()) {
			manager.getTransaction().begin();
			Customer customer = new Customer();
			Purchase purchase = new Purchase(customer);
			purchase.lines.add(new Line(purchase));
			Basket basket = new Basket();
			basket.pieces.add(new Piece(basket));
			manager.persist(customer);
			manager.persist(purchase);
			manager.persist(basket);
			manager.getTransaction().commit();
		}
	}

	@Test
	void managedEntityIsShownWithItsAssociations() {
		String text = managed((manager) -> this.argument.command("purchase", manager.find(Purchase.class, 1L)));
		assertThat(text)
			.isEqualTo("{version=•••, id=1, customer={version=•••, id=1, name=Ann}, lines=[{id=1, purchase=•••}]}");
	}

	@Test
	void proxyIsShownAsTheEntityBehindIt() {
		String text = managed((manager) -> this.argument.command("customer", manager.getReference(Customer.class, 1L)));
		assertThat(text).isEqualTo("{version=•••, id=1, name=Ann}");
	}

	@Test
	void proxyOfAnEntityWithAFormatterIsShownByTheText() {
		ShownArgument formatted = new ShownArgument(Methods.class,
				new SnapshotWriter(List.of(), DataSize.ofKilobytes(64), List.of(new CustomerFormatter())));
		String text = managed((manager) -> formatted.command("customer", manager.getReference(Customer.class, 1L)));
		assertThat(text).isEqualTo("customer");
	}

	@Test
	void backReferenceByProxyIsMasked() {
		String text = managed((manager) -> this.argument.command("line", manager.find(Line.class, 1L)));
		assertThat(text).isEqualTo("{id=1, purchase=•••}");
	}

	@Test
	void changeOfAVersionWithoutGetterIsSeen() {
		managed((manager) -> {
			Customer customer = manager.find(Customer.class, 1L);
			String before = this.argument.digest("customer", customer);
			assertThat(this.argument.digest("customer", customer)).isEqualTo(before);
			customer.setVersion(7);
			assertThat(this.argument.digest("customer", customer)).isNotEqualTo(before);
			return before;
		});
	}

	@Test
	void detachedEntityWhenAssociationIsNotLoadedIsRefusedWithPath() {
		Purchase purchase = managed((manager) -> manager.find(Purchase.class, 1L));
		assertThatExceptionOfType(ApprovalUnavailableException.class)
			.isThrownBy(() -> this.argument.write("purchase", purchase))
			.withMessageContainingAll("at 'value.customer', ", "a lazy association is not loaded")
			.withMessageEndingWith("Load it before the call, pass an id, or leave it out with @AirlockOmitted");
	}

	@Test
	void enhancedEntityWhoseAttributesAreNotLoadedIsRefused() {
		Enhanced entity = new Enhanced();
		assertThat(this.argument.command("enhanced", entity)).isEqualTo("{name=a}");
		BytecodeLazyAttributeInterceptor attributes = mock();
		given(attributes.hasAnyUninitializedAttributes()).willReturn(true);
		entity.$$_hibernate_setInterceptor(attributes);
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("enhanced", entity))
			.withMessageContaining(
					"has attributes that are not loaded. Load them before the call, pass an id, or leave");
		given(attributes.hasAnyUninitializedAttributes()).willReturn(false);
		assertThat(this.argument.command("enhanced", entity)).isEqualTo("{name=a}");
		PersistentAttributeInterceptor without = mock();
		entity.$$_hibernate_setInterceptor(without);
		assertThat(this.argument.command("enhanced", entity)).isEqualTo("{name=a}");
	}

	@Test
	void detachedEntityThatIsLoadedIsShown() {
		Purchase purchase = managed((manager) -> {
			Purchase found = manager.find(Purchase.class, 1L);
			assertThat(found.getCustomer().getName()).isEqualTo("Ann");
			assertThat(found.getLines()).hasSize(1);
			return found;
		});
		assertThat(this.argument.command("purchase", purchase)).contains("name=Ann", "lines=[{id=1");
	}

	@Test
	void cycleIsRefusedWithItsPath() {
		managed((manager) -> {
			Basket basket = manager.find(Basket.class, 1L);
			assertThatExceptionOfType(ApprovalUnavailableException.class)
				.isThrownBy(() -> this.argument.write("basket", basket))
				.withMessageContainingAll("at 'value.pieces[0].basket', it refers to an object that encloses it",
						"@AirlockOmitted");
			return basket;
		});
	}

	private static <T> T managed(Function<EntityManager, T> work) {
		try (EntityManager manager = entities.createEntityManager()) {
			return work.apply(manager);
		}
	}

	static class CustomerFormatter implements ArgumentFormatter<Customer> {

		@Override
		public Class<Customer> getType() {
			return Customer.class;
		}

		@Override
		public String format(Customer value) {
			return "customer";
		}

	}

	interface Methods {

		void customer(Customer value);

		void purchase(Purchase value);

		void line(Line value);

		void basket(Basket value);

		void enhanced(Enhanced value);

	}

	static class Enhanced implements PersistentAttributeInterceptable {

		public String name = "a";

		private transient @Nullable PersistentAttributeInterceptor $$_hibernate_attributeInterceptor;

		@Override
		public @Nullable PersistentAttributeInterceptor $$_hibernate_getInterceptor() {
			return this.$$_hibernate_attributeInterceptor;
		}

		@Override
		public void $$_hibernate_setInterceptor(PersistentAttributeInterceptor interceptor) {
			this.$$_hibernate_attributeInterceptor = interceptor;
		}

	}

	@MappedSuperclass
	abstract static class Versioned {

		@Version
		private Integer version;

		void setVersion(Integer version) {
			this.version = version;
		}

	}

	@Entity(name = "Customer")
	static class Customer extends Versioned {

		@Id
		private Long id = 1L;

		private String name = "Ann";

		public Long getId() {
			return this.id;
		}

		public String getName() {
			return this.name;
		}

	}

	@Entity(name = "Purchase")
	static class Purchase extends Versioned {

		@Id
		private Long id = 1L;

		@ManyToOne(fetch = FetchType.LAZY)
		private Customer customer;

		@OneToMany(mappedBy = "purchase", cascade = CascadeType.ALL)
		@JsonManagedReference
		private List<Line> lines = new ArrayList<>();

		protected Purchase() {
		}

		Purchase(Customer customer) {
			this.customer = customer;
		}

		public Long getId() {
			return this.id;
		}

		public Customer getCustomer() {
			return this.customer;
		}

		public List<Line> getLines() {
			return this.lines;
		}

	}

	@Entity(name = "Line")
	static class Line {

		@Id
		private Long id = 1L;

		@ManyToOne(fetch = FetchType.LAZY)
		@JsonBackReference
		private Purchase purchase;

		protected Line() {
		}

		Line(Purchase purchase) {
			this.purchase = purchase;
		}

		public Long getId() {
			return this.id;
		}

		public Purchase getPurchase() {
			return this.purchase;
		}

	}

	@Entity(name = "Basket")
	static class Basket {

		@Id
		private Long id = 1L;

		@OneToMany(mappedBy = "basket", cascade = CascadeType.ALL)
		private List<Piece> pieces = new ArrayList<>();

		public Long getId() {
			return this.id;
		}

		public List<Piece> getPieces() {
			return this.pieces;
		}

	}

	@Entity(name = "Piece")
	static class Piece {

		@Id
		private Long id = 1L;

		@ManyToOne(fetch = FetchType.LAZY)
		private Basket basket;

		@ManyToOne(fetch = FetchType.LAZY)
		@JsonIgnore
		private Basket origin;

		protected Piece() {
		}

		Piece(Basket basket) {
			this.basket = basket;
			this.origin = basket;
		}

		public Long getId() {
			return this.id;
		}

		public Basket getBasket() {
			return this.basket;
		}

		public Basket getOrigin() {
			return this.origin;
		}

	}

}
